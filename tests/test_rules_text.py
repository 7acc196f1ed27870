"""Guards the rules of text: what hides in a cell is told, and what belongs to a language or an emoji is not.

Costs nothing to speak of: single cells.
"""

import pytest
from conftest import world_of

from csodata.validation.rules.text import text_rules


def told(text: str, column: str = "note", table: str = "forums") -> list[str]:
    return [problem.code for problem in text_rules(world_of({table: [{column: text}]}))]


@pytest.mark.parametrize("mark", ["\n", "\r", "\r\n", "\u2028", "\u2029"])
def test_every_line_break_is_one(mark: str) -> None:
    assert told(f"One{mark}Two") == ["line-break"]


@pytest.mark.parametrize(
    "text",
    [
        *(
            f"To{mark}y"
            for mark in "\u200b\u00ad\ufeff\u061c\u180e\u2062\ufff9\U000e0041\u034f\u3164\u115f\u1160\uffa0\u2800"
        ),
        "Việ\u200dt",
        "One —\u200d two",
        "To\u200dy",
        "\u200cToy",
        "می\u200c\u200cخواهم",
        "🏴\U000e0067 flag",  # a tag that is never ended
    ],
)
def test_what_cannot_be_seen_is_told(text: str) -> None:
    assert told(text) == ["zero-width-character"]


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",
        "क्\u200dष",
        "සංවිධාන ශ්\u200dරී",
        "👩\u200d👩\u200d👧 family",
        "👩🏽\u200d⚕️ nurse",
        "🏳️\u200d🌈",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f Scotland",
        "Việt Nam — Đà Nẵng",
    ],
)
def test_what_belongs_to_writing_is_not(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "＝1+1", "＋1", "－1", "＠SUM(1)"])
def test_what_a_spreadsheet_would_run_is_told(text: str) -> None:
    assert told(text) == ["formula-cell"]


@pytest.mark.parametrize("text", ["A\u200b1", "A\u200d1", "A\u202e1", "\u0410B1", "می\u200cخواهم"])
def test_an_id_holds_nothing_that_misleads(text: str) -> None:
    assert told(text, "external_id", "commitments")[-1] == "look-alike-id"
    assert not {"zero-width-character", "mixed-script"} & set(told(text, "external_id", "commitments"))


def test_an_id_may_be_in_any_one_script() -> None:
    assert told("№ 7/Б", "external_id", "commitments") == []
