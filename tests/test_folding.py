"""Guards the one fold of names, headings and sheets: what reads alike is equal, and what does not is not.

Costs half a second: a few hundred random words.
"""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csodata.folding import folded, hidden


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sœurs", "Soeurs"),
        ("SŒURS", "sœurs"),
        ("Łódź", "Lodz"),
        ("Ørsted", "Orsted"),
        ("Đà Nẵng", "Da Nang"),
        ("№ 7", "No. 7"),
        ("𝐓oy", "Toy"),
        ("Ｔｏｙ", "Toy"),
        ("Straße", "STRASSE"),
        ("İstanbul", "Istanbul"),
        ("Diyarbakır", "Diyarbakir"),
        ("Goreé", "Goree\u0301"),
        ("To\u200b\u034fy", "Toy"),
        ("مُحَمَّد", "محمد"),
        ("Start date *", "start_date"),
    ],
)
def test_what_reads_alike_is_equal(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("कु", "के"), ("क्त", "कत"), ("が", "か"), ("ดุ", "ดู"), ("Toy", "Toys"), ("C1", "C2"), ("форум", "forum")],
)
def test_what_reads_otherwise_is_not(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize("word", ["", "???", "!!!", " — ", "\u200b", "★"])
def test_what_has_no_letter_is_nothing(word: str) -> None:
    assert folded(word) == ""


@given(st.text())
def test_a_fold_is_folded_already(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(st.characters(max_codepoint=0x24F)))
def test_neither_case_nor_form_makes_a_difference(text: str) -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert folded(unicodedata.normalize(form, text)) == folded(text)
    assert folded(text.lower()) == folded(text)
    assert folded(text.upper()) == folded(text)


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_plain_letters_read_the_same_beside_others(text: str) -> None:
    assert folded(f"{text}ø") == f"{folded(text)}o"


def test_hidden_characters_are_those_that_show_nothing() -> None:
    assert hidden("a\u200bb\u202ec\u3164\x00") == ["\u200b", "\u202e", "\u3164", "\x00"]
    assert hidden("Gorée,\u00a0l'île\nde 🏳️") == []
