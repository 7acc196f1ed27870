"""Guards the ids that new rows get: as the published ones are made, never one that was there, the same in every run.

Costs 4 s, most of it for the published links and evidence, whose ids are minted once more.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from conftest import toy_rows
from hypothesis import given
from hypothesis import strategies as st

from csodata.contribution.minting import Minted, id_parts, mint, withdrawn
from csodata.contribution.slugs import LONGEST, cut, slug
from csodata.dataset import Dataset
from csodata.report import report
from csodata.schema import TableSchema, read_all
from csodata.validation.contribution import Contribution
from csodata.validation.package import _records
from csodata.validation.records import Origin, Record

ROOT = Path(__file__).parent.parent
Rows = dict[str, list[dict[str, str]]]
FORUM = {"forum_type": "conference", "level": "global", "is_collective": "false", "forum_status": "held"}


@cache
def schemas() -> dict[str, TableSchema]:
    dataset = Dataset(ROOT)
    return read_all({table: dataset.schema_path(table) for table in dataset.tables})


def records(rows: Rows) -> list[Record]:
    return [
        Record(table, dict(row), number, None, Origin(f"{table}.csv"))
        for table, given in rows.items()
        for number, row in enumerate(given, 2)
    ]


def minted(sent: Rows, evidence: Iterable[dict[str, str]] = (), redirects: Iterable[dict[str, str]] = ()) -> Minted:
    """Mint ids for rows that are sent to the toy dataset."""
    published = {table: records({table: toy_rows(table)}) for table in schemas()}
    published["redirects"] = records({"redirects": list(redirects)})
    proofs = records({"citations": list(evidence)})
    return mint(Contribution(schemas(), published, records(sent), proofs, report([], files=1, rows=1)))


def ids(found: Minted) -> list[str]:
    return [record[schemas()[record.table].names[0]] for record in found.rows]


def named(name: str, table: str = "actors", **cells: str) -> str:
    """Return the id of one new row."""
    [found] = ids(minted({table: [{schemas()[table].names[0]: "new", "name": name, **cells}]}))
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Réseau des Femmes d'Afrique", "reseau-des-femmes-dafrique"),
        ("Migrants’ Rights International: Profile", "migrants-rights-international-profile"),
        ("Łódź Đà Nẵng Ørsted Straße", "lodz-da-nang-orsted-strasse"),
        ("منظمة", "actor-1"),
        ("مركز دعم الهجرة CSO", "actor-1"),
        ("移民网络", "actor-1"),
        ("🎉", "actor-1"),
        ("Toy Network", "toy-network-2"),
        ("New York Network", "new-york-network"),
        ("A word " * 20, "a-word-a-word-a-word-a-word-a-word-a-word-a-word-a-word-a"),
    ],
)
def test_names_become_ids(name: str, expected: str) -> None:
    assert named(name) == expected


def test_short_forms_are_ids_but_for_two_letters() -> None:
    assert named("International Catholic Migration Commission", acronym="ICMC") == "icmc"
    assert named("African Union", acronym="AU") == "african-union"
    assert named("Африканский союз", acronym="AU") == "au"


def test_another_name_stands_in_for_one_in_another_script() -> None:
    texts = [("fr", "Centre"), ("en", "Support Hub"), ("ru", "Центр")]
    actor = {"table_name": "actors", "record_id": "new-1"}
    names = [
        {"name_id": f"new-{number}", "name": text, "language_code": code, **actor}
        for number, (code, text) in enumerate(texts)
    ]
    assert ids(minted({"actors": [{"actor_id": "new-1", "name": "مركز"}], "names": names})) == [
        "support-hub",
        "actors--support-hub--centre",
        "actors--support-hub--support-hub",
        "actors--support-hub--ru",
    ]


def test_editions_parts_and_years() -> None:
    assert named("Second Toy Forum", "forums", **FORUM, series_forum_id="toy-series", start_date="2020-03~") == (
        "toy-series-2020"
    )
    assert named("Toy Forum II", "forums", **FORUM, series_forum_id="toy-series", edition="2") == "toy-series-2"
    assert named("Civil Society Day", "forums", **FORUM, parent_forum_id="toy-forum") == "toy-forum-civil-society-day"
    assert named("Rio Summit", "forums", **FORUM, start_date="1992") == "rio-summit-1992"
    assert named("Rio Summit 1992", "forums", **FORUM, start_date="1992") == "rio-summit-1992"
    standing = FORUM | {"forum_status": "ongoing", "start_date": "1996"}
    assert named("Puebla Process", "forums", **standing) == "puebla-process"


def test_objectives_and_promises_stand_behind_their_holder_and_sources_behind_their_publisher() -> None:
    rows: Rows = {
        "objectives": [{"objective_id": "new", "forum_id": "toy-forum", "title": "Open the doors"}],
        "commitments": [{"commitment_id": "new", "forum_id": "toy-forum", "title": "Toy Forum will go on"}],
        "sources": [
            {"source_id": "new-1", "title": "Report", "publisher": "Legis", "published_date": "2022-06"},
            {"source_id": "new-2", "title": "On Roads", "creators": "Ana Lopez; Bo Ek", "published_date": "2021"},
        ],
        "searches": [{"search_id": "new", "question": "Who endorsed it?", "searched_date": "2026-01-01"}],
    }
    assert ids(minted(rows)) == [
        "toy-forum-open-the-doors",
        "toy-forum-will-go-on",
        "legis-report-2022",
        "ana-lopez-on-roads-2021",
        "who-endorsed-it-2026",
    ]


def test_labels_are_replaced_wherever_they_stand() -> None:
    rows: Rows = {
        "participations": [
            {
                "participation_id": "new-1",
                "forum_id": "new-1",
                "actor_id": "new-1",
                "participation_role": "co_organiser",
            }
        ],
        "forums": [{"forum_id": "new-1", "name": "Open Forum", **FORUM, "body_actor_id": "new-1"}],
        "actors": [{"actor_id": "new-1", "name": "Open Body", "founded_at_forum_id": "new-1", "note": "new-1"}],
        "distinct_pairs": [
            {"distinct_pair_id": "new", "table_name": "forums", "record_id": "new-1", "other_record_id": "toy-forum"}
        ],
        "redirects": [{"redirect_id": "new", "table_name": "actors", "old_id": "old", "new_id": "new-1"}],
        "citations": [
            {
                "citation_id": "new",
                "table_name": "participations",
                "record_id": "new-1",
                "column_name": "actor_id",
                "source_id": "toy-source",
                "stance": "contradicts",
                "other_value": "new-1",
            }
        ],
    }
    found = {record.table: record for record in minted(rows).rows}
    link = found["participations"]
    assert link["participation_id"] == "open-forum--open-body--co-organiser"
    assert (link["forum_id"], link["actor_id"]) == ("open-forum", "open-body")
    assert found["forums"]["body_actor_id"] == "open-body"
    assert (found["actors"]["founded_at_forum_id"], found["actors"]["note"]) == ("open-forum", "new-1")
    assert found["distinct_pairs"]["distinct_pair_id"] == "forums--open-forum--toy-forum"
    assert (found["redirects"]["redirect_id"], found["redirects"]["new_id"]) == ("actors--old", "open-body")
    cited = found["citations"]
    assert cited["citation_id"] == "participations--open-forum--open-body--co-organiser--toy-source"
    assert (cited["record_id"], cited["other_value"]) == (link["participation_id"], "open-body")


def test_an_id_is_never_used_twice() -> None:
    rows = [{"actor_id": f"new-{number}", "name": name} for number, name in enumerate(["Gone", "Gone", "Toy Network"])]
    proposal = {"actor_id": "gone-2", "name": "Another"}
    found = minted({"actors": [*rows, proposal]}, redirects=[{"table_name": "actors", "old_id": "gone"}])
    assert ids(found) == ["gone-3", "toy-network-2", "gone-2"], "the second 'Gone' is the first once more"
    assert [(record["name"], other) for record, other in found.alike] == [("Toy Network", "toy-network")]
    apart = [row | {"city": f"City {number}"} for number, row in enumerate(rows)]
    assert ids(minted({"actors": apart})) == ["gone", "gone-2", "toy-network-2"]
    link = {"forum_id": "toy-forum", "actor_id": "toy-network", "participation_role": "organiser", "from_date": "2020"}
    assert ids(minted({"participations": [{"participation_id": "new", **link}]})) == [
        "toy-forum--toy-network--organiser--2"
    ]


def test_a_proposal_that_was_withdrawn_is_named() -> None:
    sent = records({"actors": [{"actor_id": "gone"}, {"actor_id": "here"}]})
    published = {table: records({table: toy_rows(table)}) for table in schemas()}
    published["redirects"] = records({"redirects": [{"table_name": "actors", "old_id": "gone"}]})
    contribution = Contribution(schemas(), published, sent, [], report([], files=1, rows=1))
    assert [record["actor_id"] for record in withdrawn(contribution)] == ["gone"]


def test_what_is_there_word_for_word_is_known_with_all_that_hangs_on_it() -> None:
    forum, objective = (toy_rows(table)[0] for table in ("forums", "objectives"))
    rows: Rows = {
        "objectives": [objective | {"objective_id": "new-1", "forum_id": "new-1", "note": "Another note."}],
        "forums": [forum | {"forum_id": "new-1"}],
        "names": [{"name_id": "new", "table_name": "forums", "record_id": "new-1", "name": "Jouet"}],
    }
    proof = {"table_name": "forums", "record_id": "new-1", "source_id": "toy-source", "stance": "supports"}
    proof |= {"citation_id": "sent-2", "citation_basis": "stated"}
    found = minted(
        rows, [proof | {"locator": "lines 3-4"}, proof | {"locator": "line 9"}, proof | {"locator": "line 9"}]
    )
    assert [(record.table, key) for record, key in found.known] == [
        ("forums", "toy-forum"),
        ("citations", "forums--toy-forum--toy-source"),
        ("citations", "forums--toy-forum--toy-source--2"),
        ("objectives", "toy-objective"),
    ]
    assert ids(found) == ["forums--toy-forum--jouet", "forums--toy-forum--toy-source--2"]


@cache
def published() -> dict[str, list[Record]]:
    dataset = Dataset(ROOT)
    return {table: _records(dataset, table, model) for table, model in schemas().items()}


LINKS = [table for table in schemas() if id_parts(schemas()[table])]


@pytest.mark.parametrize("table", LINKS)
def test_most_published_links_and_evidence_would_get_the_same_ids(table: str) -> None:
    key = schemas()[table].names[0]
    rows = published()[table]
    sent = [
        Record(table, record.cells | {key: f"new-{number}"}, record.row, None, record.origin)
        for number, record in enumerate(rows)
    ]
    contribution = Contribution(schemas(), {**published(), table: []}, sent, [], report([], files=1, rows=1))
    made, standing = set(ids(mint(contribution))), {record[key] for record in rows}
    assert len(made) >= 0.99 * len(rows)  # a row that says what another says gets no id of its own
    # Senders propose ids of their own, and an id stays where its date or status is corrected.
    assert len(made & standing) >= 0.5 * len(rows)


def test_ids_of_names_are_made_of_names() -> None:
    made = {table for table in schemas() if table not in LINKS}
    assert made == set("forums actors objectives commitments instruments sources searches countries themes".split())


@given(st.text(max_size=200))
def test_any_name_gives_an_id_that_the_schema_takes(name: str) -> None:
    found = named(name, "forums", **FORUM, start_date="2020", parent_forum_id="toy-forum")
    field = schemas()["forums"].fields[0]
    assert re.fullmatch(field.constraints.pattern or "", found)
    assert len(found) <= LONGEST


@given(st.text(max_size=100), st.integers(1, 80))
def test_a_cut_slug_is_a_slug(text: str, most: int) -> None:
    whole = slug(text)
    found = cut(whole, most)
    assert len(found) <= most
    assert whole.startswith(found)
    assert found == slug(found)


def test_a_name_that_begins_with_new_is_no_label() -> None:
    ids_ = ["new", "new-2", "new-actor", "new-actor-3", "new-york-declaration", "new-zealand-2016", "new-forum-1"]
    rows = [{"actor_id": key, "name": f"Body {number}"} for number, key in enumerate(ids_)]
    assert ids(minted({"actors": rows})) == [
        *(f"body-{number}" for number in range(4)),
        "new-york-declaration",
        "new-zealand-2016",
        "new-forum-1",
    ]
