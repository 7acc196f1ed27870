"""Guards the rules of structure: rings of wholes and parts, and asks that say who is asked.

Costs a second: a chain of many parents.
"""

import time

import pytest
from conftest import world_of

from csodata.validation.rules.structure import commitments_have_people, no_cycles

Forums = list[dict[str, str]]


def rings(forums: Forums) -> list[tuple[str | None, str]]:
    problems = no_cycles(world_of({"forums": forums}))
    return [(problem.field, problem.message.split(": ")[1].rstrip(".")) for problem in problems]


def forum(forum_id: str, parent: str = "", series: str = "") -> dict[str, str]:
    return {"forum_id": forum_id, "parent_forum_id": parent, "series_forum_id": series}


@pytest.mark.parametrize(
    ("forums", "expected"),
    [
        ([forum("a", "a")], [("parent_forum_id", "a → a")]),
        ([forum("a", "b"), forum("b", "a")], [("parent_forum_id", "a → b → a"), ("parent_forum_id", "b → a → b")]),
        (
            [forum("a", "b", "c"), forum("b"), forum("c", "b", "a")],
            [("series_forum_id", "a → c → a"), ("series_forum_id", "c → a → c")],
        ),
        ([forum("a", "b"), forum("b", "b")], [("parent_forum_id", "b → b")]),  # beside a ring is not on it
        ([forum("a", "c", "b"), forum("b", "c"), forum("c")], []),
        ([forum("a", "no-such-forum"), forum("", "a")], []),
    ],
)
def test_a_ring_is_told_at_each_of_its_rows(forums: Forums, expected: list[tuple[str, str]]) -> None:
    assert rings(forums) == expected


@pytest.mark.parametrize("last", ["", "f1499", "f0"])
def test_a_long_chain_takes_no_long_time(last: str) -> None:
    chain = [forum(f"f{number}", f"f{number + 1}") for number in range(1499)]
    world = world_of({"forums": [*chain, forum("f1499", last)]})
    started = time.perf_counter()
    assert len(list(no_cycles(world))) == {"": 0, "f1499": 1, "f0": 1500}[last]
    assert time.perf_counter() - started < 4


def asks(note: str) -> list[str]:
    ask = {"commitment_id": "a", "speech_act": "demand", "note": note}
    return [problem.code for problem in commitments_have_people(world_of({"commitments": [ask]}))]


@pytest.mark.parametrize(
    "note",
    [
        "The text names no addressee.",
        "No addressee is given.",
        "Aucun destinataire.",
        "Le texte ne donne pas de destinataire.",
        "Demande sans destinataire",
    ],
)
def test_a_note_may_say_that_no_addressee_is_given(note: str) -> None:
    assert asks(note) == []


@pytest.mark.parametrize("note", ["", "The addressee is the government.", "Le destinataire est le ministère."])
def test_a_note_that_speaks_of_an_addressee_does_not_say_so(note: str) -> None:
    assert asks(note) == ["ask-without-addressee"]
