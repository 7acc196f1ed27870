"""Guards the catalogue of messages: every rule is whole, in one style, its gaps are filled, values are safe to print.

Costs 1 s.
"""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csodata.errors import CsodataError
from csodata.messages import (
    LONGEST_DETAIL,
    LONGEST_SHOWN,
    Guesses,
    Rule,
    catalogue,
    did_you_mean,
    frictionless_types,
    rule,
    sentences,
    shown,
    visible,
)

ALWAYS = {"field", "table", "row", "value"}  # make_problem fills these in
ASKED = {"detail", "description", "example"}  # the place that finds a problem adds these; tests/test_rules.py sees that


@pytest.mark.parametrize("each", catalogue().values(), ids=catalogue())
def test_a_rule_is_whole(each: Rule) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each.code)
    assert each.severity in ("error", "warning", "repair")
    assert each.message.endswith((".", "{detail}."))
    assert each.advice.endswith((".", "}"))
    assert each.why.endswith(".")
    assert type(each.fails) is type(each.passes)
    gaps = {gap for text in (each.message, each.advice) for _, gap, _, _ in string.Formatter().parse(text) if gap}
    assert gaps <= ALWAYS | ASKED


def test_types_of_frictionless_exist() -> None:
    from frictionless import errors

    known = {error.type for error in vars(errors).values() if isinstance(error, type) and hasattr(error, "type")}
    assert set(frictionless_types().values()) <= known
    assert frictionless_types()["wrong-type"] == "type-error"


def test_an_unknown_code_is_told_with_what_is_near() -> None:
    with pytest.raises(CsodataError, match="Did you mean 'wrong-type'"):
        rule("wrong-typ")
    with pytest.raises(CsodataError, match="The rules are: "):
        rule("xyz")


def test_a_gap_without_its_detail_is_an_ellipsis() -> None:
    assert sentences("wrong-type", {})[0] == "'…' is not …."


@given(st.text())
def test_what_is_printed_cannot_disturb_a_terminal(text: str) -> None:
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", visible(text))
    assert not re.search(r"[\x00-\x1f\x7f]", sentences("wrong-type", {"value": text, "detail": text})[0])


def test_invisible_characters_are_shown_as_code_points() -> None:
    assert visible("a\x1b[31m\u202eb\u200b\ufeff") == "a<U+001B>[31m<U+202E>b<U+200B><U+FEFF>"
    assert visible("Gorée, می‌خواهم".replace("\u200c", "")) == "Gorée, میخواهم"


def test_a_long_value_is_cut() -> None:
    assert shown("x" * 81) == "x" * LONGEST_SHOWN + "…"
    assert shown("x" * 80) == "x" * 80
    assert len(shown("\x1b" * 10**6)) < 1000


def test_a_value_with_braces_is_no_gap() -> None:
    assert (
        sentences("wrong-type", {"value": "{detail}{0}{x.y}", "detail": "a date"})[0]
        == "'{detail}{0}{x.y}' is not a date."
    )


@pytest.mark.parametrize("code", catalogue())
def test_every_detail_is_cut(code: str) -> None:
    long = dict.fromkeys(ALWAYS | ASKED, "x" * 90_000)
    assert all(len(sentence) < 3 * LONGEST_DETAIL for sentence in sentences(code, long))


def test_what_was_probably_meant() -> None:
    assert did_you_mean("Sumit", ["summit", "series"]) == "Did you mean 'summit'?"
    assert did_you_mean("working group", ["working_group"]) == "Did you mean 'working_group'?"
    assert did_you_mean("Lable", {"label": "name"}) == "Did you mean 'name'?"
    assert did_you_mean("banana", ["summit"]) is None
    assert did_you_mean("xyz", []) is None


def test_guesses_stop_where_words_are_no_slips() -> None:
    guess = Guesses(["gfmd", "berne-initiative"])
    assert guess("gfdm") == "Did you mean 'gfmd'?"
    for number in range(Guesses.MOST):
        guess(f"word {number}")
    assert guess("bern-initiative") is None, "a file with so many unknown words has another fault"
    assert guess("gfdm") == "Did you mean 'gfmd'?", "what was found is kept"
