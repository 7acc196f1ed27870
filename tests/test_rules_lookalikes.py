"""Guards: a name that looks as another row's does, in letters of another script, is told with the row it looks like.

Costs 0.3 s.
"""

import pytest
from conftest import toy_rows, world_of

from csodata.validation.rules.lookalikes import names_have_no_twins

TABLES = ("actors", "forums", "names", "sources")


def told(table: str, **row: str) -> list[str]:
    world = world_of({each: [*toy_rows(each), *([row] if each == table else [])] for each in TABLES})
    return [problem.message for problem in names_have_no_twins(world)]


@pytest.mark.parametrize(
    "name", ["T\u043ey Network", "\u0422\u043ey Netw\u043erk", "T\u03bfy N\u0435twork", "toy netw\u043erk!"]
)
def test_a_twin_of_an_actor(name: str) -> None:
    [message] = told("actors", actor_id="twin", name=name)
    assert "looks as the name of 'toy-network' does" in message


def test_a_twin_of_another_name_and_in_another_name() -> None:
    assert len(told("actors", actor_id="twin", name="R\u00e9seau j\u043eu\u0435t")) == 1
    other = {"table_name": "actors", "name_id": "n", "name": "T\u043ey Network"}
    assert len(told("names", record_id="toy-ministry", **other)) == 1
    assert told("names", record_id="toy-network", **other) == []


@pytest.mark.parametrize(
    "name",
    [
        "\u0421\u0435\u0442\u044c",
        "T\u043ey Alliance",
        "Toy N\u00e9twork",
        "\u0395\u03c1\u03c5\u03b8\u03c1\u03cc\u03c2",
        "T\u043ey Forum",
    ],
)
def test_names_that_are_no_twins(name: str) -> None:
    assert told("actors", actor_id="other", name=name) == []


def test_the_title_of_a_source() -> None:
    assert len(told("sources", source_id="twin", title="Rep\u043ert of the T\u043ey Forum")) == 1
