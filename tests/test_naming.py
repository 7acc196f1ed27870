"""Guards what a text names: the row of that name, title, acronym or other name, whatever its case and accents.

Costs 0.5 s.
"""

import pytest
from conftest import toy_rows, world_of

from csodata.validation.naming import Names, in_words

TABLES = "actors countries forums names objectives sources themes".split()
OTHERS = {
    "forums": [
        {"forum_id": "ring", "name": "Ring", "acronym": "R1"},
        {"forum_id": "ring-2020", "name": "Ring 2020", "acronym": "R1"},
    ],
    "names": [{"name_id": "n", "table_name": "actors", "record_id": "no-such-actor", "name": "Nobody"}],
}


@pytest.fixture(scope="module")
def names() -> Names:
    world = world_of({table: [*toy_rows(table), *OTHERS.get(table, [])] for table in TABLES})
    return Names(world.schemas, world.focus)


@pytest.mark.parametrize(
    ("table", "text", "found"),
    [
        ("actors", "Toy Network", ["toy-network"]),
        ("actors", "TOY NÉTWORK", ["toy-network"]),
        ("actors", "tn", ["toy-network"]),
        ("actors", "reseau jouet", ["toy-network"]),
        ("actors", "Toy-Network", ["toy-network"]),
        ("actors", "Anything at all [toy-network]", ["toy-network"]),
        ("actors", "Anything at all (toy-network)", ["toy-network"]),
        ("actors", "Toy Network (TN)", []),
        ("actors", "Toy Network [no-such-actor]", []),
        ("actors", "Nobody", []),
        ("actors", "Toy", []),
        ("actors", "…", []),
        ("countries", "Sénégal", ["SEN"]),
        ("countries", "Senegal", ["SEN"]),
        ("countries", "sen", ["SEN"]),
        ("countries", "SN", []),
        ("themes", "Travail", ["labour"]),
        ("objectives", "To talk with each other", ["toy-objective"]),
        ("sources", "Report of the Toy Forum", ["toy-source"]),
        ("forums", "R1", ["ring", "ring-2020"]),
        ("forums", "=R1", []),
        ("forums", "../../toy-forum", []),
        ("forums", "toy\u200b-forum", []),
        ("forums", "\u202etoy-forum", []),
        ("meetings", "toy-forum", []),
    ],
)
def test_what_a_text_names(names: Names, table: str, text: str, found: list[str]) -> None:
    assert list(names.find(table, text)) == found


def test_what_is_no_text_in_words() -> None:
    assert in_words("سازمان می\u200cخواهم") and in_words("Amnesty International")
    assert not any(map(in_words, ["=1+1", "+1", "-1", "@x", "\t=1", "../x", "/etc", "a\x00b", "x" * 601]))
