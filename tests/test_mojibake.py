"""Guards: text that went through Windows-1252 is told, with what it was; no name that is written as it should be is.

Costs 2 s.
"""

import csv

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from csodata.validation.mojibake import BYTES, unspoilt

GOOD = (
    """\
Médecins du Monde|« Liberté »|« liberté »|liberté »|voilà – ici|Santé – Migration|été…»|SOCIÉTÉ »|LIBERTÉ : oui
CAFÉ…|“É”|L’Étoile|«À l’aide»|Ça va ?|ÉTÉ™|Strauß’ Werk|Groß”|IRMÔ|NAÇÃO|Ação Cidadã|AMANHÃ – já|São Tomé|Côte d’Ivoire
Curaçao|Türkiye|Ñandú|Łódź|Tomáš|Šárka|Ærø|Åland|Œuvre|3×½|100 °C|1 000 €|Hội Chữ thập đỏ Việt Nam|Khối 8406|Đà Nẵng
الهلال الأحمر|می‌خواهم|ארגון זכויות|अंतरराष्ट्रीय श्रम संगठन|赤十字国際委員会|Красный Крест|Ερυθρός Σταυρός|Unión 💙
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
KNOWN = {
    text
    for folder in ("data", "tests/toy")
    for path in (ROOT / folder).glob("*.csv")
    for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    for text in row.values()
    if not text.isascii()
}
CHARACTERS = {byte: character for character, byte in BYTES.items()}


def spoilt(text: str) -> str:
    return "".join(CHARACTERS[byte] for byte in text.encode())


@pytest.mark.parametrize("text", GOOD)
def test_a_good_text_is_none(text: str) -> None:
    assert unspoilt(text) is None


def test_no_text_of_the_dataset_is_told() -> None:
    assert len(KNOWN) > 100
    assert [text for text in KNOWN if unspoilt(text)] == []


@pytest.mark.parametrize("text", sorted(text for text in GOOD if not text.isascii() and text != "Šárka"))
def test_a_spoilt_text_is_told_with_what_it_was(text: str) -> None:
    assert unspoilt(spoilt(text)) == text
    assert unspoilt(spoilt(spoilt(text))) == text


@pytest.mark.parametrize(
    ("text", "meant"),
    [("MÃ©decins", "Médecins"), ("l’AlgÃ©rie", None), ("donâ€™t", "don’t"), ("â‚¬", "€"), ("ðŸ’™", "💙"), ("Ã", None)],
)
def test_some_texts(text: str, meant: str | None) -> None:
    assert unspoilt(text) == meant


LETTERS = st.sampled_from("aeinortABEINORTàâçéèêëîïôùûüœÀÂÇÉÈÊŒãõáíóúñÃÕÁÍÓÚÑäöåæøß'’-. ")


@given(st.text(LETTERS, max_size=20), st.sampled_from(["«\u00a0{}\u00a0»", "“{}”", "„{}“", "‘{}’", "{} : oui", "{} ?"]))
def test_letters_and_pairs_of_quotation_marks_are_no_trace(word: str, frame: str) -> None:
    """An apostrophe right behind a capital with an accent is the one thing that could look so; it follows no word."""
    if "’" not in word:
        assert unspoilt(frame.format(f"{word}a")) is None


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    meant = unspoilt(text)
    assert meant is None or len(meant) < len(text)
