"""Guards the catalogue: every rule is whole in both languages, with the same gaps, and values are safe to print.

Costs 1 s.
"""

import ast
import pickle
import re
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import csodata
from csodata.errors import CsodataError
from csodata.messages import (
    LANGUAGES,
    LONGEST_DETAIL,
    LONGEST_SHOWN,
    Guesses,
    Rule,
    catalogue,
    did_you_mean,
    frictionless_types,
    phrase,
    refusal,
    refusals,
    rule,
    sentence,
    shown,
    suggestion,
    translated,
    unreadable,
    visible,
    words,
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
    assert gaps(each.message) | gaps(each.advice) <= ALWAYS | ASKED


def gaps(text: str) -> set[str]:
    return {gap for _, gap, _, _ in string.Formatter().parse(text) if gap}


@pytest.mark.parametrize("each", catalogue().values(), ids=catalogue())
def test_a_rule_is_whole_in_french(each: Rule) -> None:
    for english, french in ((each.message, each.message_fr), (each.advice, each.advice_fr), (each.why, each.why_fr)):
        assert gaps(english) == gaps(french)
        assert french.endswith((".", "{description}", "?")) and french != english
    examples = [(each.fails, each.fails_fr), (each.passes, each.passes_fr)]
    for english, french in examples:
        assert not french or isinstance(english, str), "a row is the same in both languages"
        assert french or not isinstance(english, str) or not PROSE.search(english)


PROSE = re.compile(r"\b(?:a|an|and|as|in|its|or|the|with|without)\b")


def own_words(text: str) -> str:
    """Return a French text without what is the same as in English: gaps, commands, and codes of computers."""
    return re.sub(r"\{\w+\}|--\w+|data/README.md", "", text)


@pytest.mark.parametrize("each", catalogue().values(), ids=catalogue())
def test_french_is_set_as_french(each: Rule) -> None:
    for text in (each.message_fr, each.advice_fr, each.why_fr, each.fails_fr, each.passes_fr):
        assert not re.search(r"(?<! )[;:?!»](?![;/])|«(?! )|'", re.sub(r"\w+:\w+", "", own_words(text))), text


@pytest.mark.parametrize("kind", ["phrases", "suggestions"])
def test_what_is_said_besides_is_in_both_languages(kind: str) -> None:
    for name, each in words()[kind].items():
        assert list(each) == ["en", "fr"], name
        assert gaps(each["en"]) == gaps(each["fr"]), name


def test_details_have_the_same_gaps_in_french() -> None:
    for english, french in words()["details"].items():
        assert gaps(english) == gaps(french)
        assert translated(english, "fr") != english
        assert re.search(r"\w", re.sub(r"\{\w+\}", "", english)), "a detail of gaps alone would be any text"


def test_every_type_and_group_has_its_words() -> None:
    from csodata.validation.judge import TYPE_NAMES

    assert all(translated(name, "fr") != name for name in TYPE_NAMES.values())
    assert {phrase(f"group-{each.group}", "fr") for each in catalogue().values()}


def test_words_of_ours_are_told_in_french() -> None:
    assert translated("a whole number", "fr") == "un nombre entier"
    assert translated("a whole number", "en") == "a whole number"
    assert translated("rows 4, 6-7; columns B", "fr") == "lignes 4, 6-7 ; colonnes B"
    assert translated(suggestion("did-you-mean", value="it's {odd}"), "fr") == "Vouliez-vous dire « it's {odd} » ?"
    assert translated(suggestion("code", "countries"), "fr").count("countries") == 2
    assert translated("the column 'a': the key 'b' is missing", "fr") == "la colonne « a » : la clé « b » manque"
    assert translated("Dakar", "fr") == "Dakar"


def test_a_detail_in_french_goes_before_the_english_one() -> None:
    details = {"field": "name", "description": "The name.", "description_fr": "Le nom."}
    assert sentence("missing-value", "advice", details, "fr") == "Remplissez la cellule : Le nom."
    assert sentence("missing-value", "advice", details) == "Fill it in: The name."
    assert sentence("missing-value", "advice", details | {"description_fr": None}, "fr").endswith("The name.")


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
    assert sentence("wrong-type", "message", {}) == "'…' is not …."


@given(st.text())
def test_what_is_printed_cannot_disturb_a_terminal(text: str) -> None:
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", visible(text))
    assert not re.search(r"[\x00-\x1f\x7f]", sentence("wrong-type", "message", {"value": text, "detail": text}))


def test_invisible_characters_are_shown_as_code_points() -> None:
    assert visible("a\x1b[31m\u202eb\u200b\ufeff") == "a<U+001B>[31m<U+202E>b<U+200B><U+FEFF>"
    assert visible("Gorée, می‌خواهم".replace("\u200c", "")) == "Gorée, میخواهم"


def test_a_long_value_is_cut() -> None:
    assert shown("x" * 81) == "x" * LONGEST_SHOWN + "…"
    assert shown("x" * 80) == "x" * 80
    assert len(shown("\x1b" * 10**6)) < 1000


def test_a_value_with_braces_is_no_gap() -> None:
    assert (
        sentence("wrong-type", "message", {"value": "{detail}{0}{x.y}", "detail": "a date"})
        == "'{detail}{0}{x.y}' is not a date."
    )


@pytest.mark.parametrize("code", catalogue())
def test_every_detail_is_cut(code: str) -> None:
    long = dict.fromkeys(ALWAYS | ASKED, "x" * 90_000)
    for language in LANGUAGES:
        assert len(sentence(code, "message", long, language)) < 3 * LONGEST_DETAIL
        assert len(sentence(code, "advice", long, language)) < 3 * LONGEST_DETAIL


class TestRefusals:
    def test_each_is_whole_in_both_languages(self) -> None:
        assert not refusals().keys() & catalogue().keys()
        for code, each in refusals().items():
            english, french = each["message"], each["message_fr"]
            assert english.endswith(".") and french.endswith("."), code
            assert gaps(english) == gaps(french), code
            assert not re.search(r"(?<! )[;:?!»]|«(?! )|'", re.sub(r"\{\w+\}", "", french)), code

    def test_each_stands_in_the_code_with_what_fills_it_in(self) -> None:
        found: dict[str, set[str | None]] = {}
        for path in Path(csodata.__file__).parent.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(func=ast.Name(id="unreadable"), args=[_, ast.Constant(value=str(code))]):
                        given = {keyword.arg for keyword in node.keywords}
                        assert found.setdefault(code, given) == given
                    case ast.Call(func=ast.Name(id="UnreadableError")):
                        assert path.name in ("messages.py", "contribution.py"), "words that are not in the catalogue"
        assert found == {code: gaps(each["message"]) for code, each in refusals().items()}

    def test_what_a_file_is_instead_has_its_french(self) -> None:
        from csodata.reading.source import NOT_TABLES, STANDARD_INPUT

        assert all(translated(what, "fr") != what for what in NOT_TABLES.values())
        assert phrase("standard-input") == STANDARD_INPUT

    def test_numbers_are_set_as_the_language_has_them(self) -> None:
        error = unreadable("f.xlsx", "workbook-unpacks", packed=1234.5, size=1_000_000, most=500, ratio=200)
        assert "from 1,234.5 to 1,000,000 MB; at most 500 MB" in str(error)
        assert "de 1\u202f234,5 à 1\u202f000\u202f000 Mo ; on en lit au plus 500 Mo" in refusal(error.refused, "fr")

    def test_what_is_the_senders_is_never_translated(self) -> None:
        error = unreadable("rows 2024.xlsx", "parquet-same-names", value="demand")
        assert refusal(error.refused, "fr").startswith("rows 2024.xlsx : deux colonnes s’appellent « demand ».")
        error = unreadable("standard input", "not-readable", reason="Permission denied")
        assert refusal(error.refused, "fr").startswith("entrée standard : la lecture est impossible : accès refusé.")

    def test_braces_and_what_cannot_be_seen(self) -> None:
        error = unreadable("{why}\x1b.csv", "parquet-same-names", value="{value}\u202e")
        assert str(error).startswith("{why}<U+001B>.csv: two columns are called '{value}<U+202E>'.")

    def test_the_error_goes_from_process_to_process(self) -> None:
        error = pickle.loads(pickle.dumps(unreadable("f.csv", "too-many-rows", most=2)))
        assert (str(error), error.refused) == (
            "f.csv: the table has more than 2 rows. Send it in several files.",
            [("f.csv", "too-many-rows", {"most": 2})],
        )


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
