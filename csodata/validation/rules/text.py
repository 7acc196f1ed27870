"""Rules of text: one form, one line, nothing hidden, nothing that a spreadsheet would run."""

import re
import unicodedata
from collections.abc import Iterator

from csodata.report import Problem
from csodata.validation.records import problem_in
from csodata.validation.rules.world import World

BIDI_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
ZERO_WIDTH = re.compile("[\u200b\u200e\u200f\u2060\ufeff\u00ad]")
# Joiners are ordinary after letters of Persian, Hindi and others, and within emoji; all of these lie beyond U+0590.
STRAY_JOINER = re.compile("(?:^|(?<=[^\u0590-\U0010ffff]))[\u200c\u200d]")
RUN_BY_SPREADSHEETS = re.compile(r"[=+\-@\t\r]")
SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")  # those whose letters look alike


def text_rules(world: World) -> Iterator[Problem]:
    """Yield the problems with the text of single cells."""
    for record in world.focus:
        for column, text in record.cells.items():
            if text and not (text.isascii() and text.isalnum()):
                for code, detail in _faults(text):
                    yield problem_in(record, code, column, text, detail=detail)


def _faults(text: str) -> Iterator[tuple[str, str]]:
    if RUN_BY_SPREADSHEETS.match(text):
        yield "formula-cell", ""
    if text != text.strip():
        yield "untrimmed", ""
    if "\n" in text or "\r" in text:
        yield "line-break", ""
    control = [c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r"]
    control += BIDI_OVERRIDES.findall(text)
    if control:
        yield "control-character", _code_point(control[0])
    if text.isascii():
        return
    if not unicodedata.is_normalized("NFC", text):
        yield "not-nfc", ""
    hidden = ZERO_WIDTH.search(text) or STRAY_JOINER.search(text)
    if hidden:
        yield "zero-width-character", _code_point(hidden[0])
    for word in re.findall(r"\w+", text):
        if len({script for letter in word if (script := _script(letter))}) > 1:
            yield "mixed-script", word


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"


def _script(letter: str) -> str | None:
    name = unicodedata.name(letter, "")
    return next((script for script in SCRIPTS if name.startswith(f"{script} ")), None)
