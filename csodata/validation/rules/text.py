"""Rules of text: one form, one line, nothing hidden, nothing that a spreadsheet would run."""

import re
import unicodedata
from collections.abc import Iterator

from csodata.folding import hidden
from csodata.report import Problem
from csodata.validation.mojibake import unspoilt
from csodata.validation.records import problem_in
from csodata.validation.rules.world import World
from csodata.values import RUN

LINE_BREAK = re.compile("[\n\r\u2028\u2029]")
BIDI_OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# What cannot be seen, but belongs to writing: a joiner behind a letter of a script that joins letters (Arabic to Khmer
# and Mongolian, then the blocks of the same kind) or behind an emoji, and the tags of a flag.
ORDINARY = re.compile(
    "(?<=[\u0600-\u109f\u1780-\u18af\u1a20-\u1c4f\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff\U0001e900-\U0001e95f"
    "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
    "|(?<=\U0001f3f4)[\U000e0020-\U000e007e]+\U000e007f"
)
SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")  # those whose letters look alike


def text_rules(world: World) -> Iterator[Problem]:
    """Yield the problems with the text of single cells."""
    for record in world.focus:
        places = record.origin.columns
        for column, text in record.cells.items():
            if places and column not in places:
                continue  # made from other cells, or published: judged there
            if text and not (text.isascii() and text.isalnum()):
                for code, detail in _faults(text, is_id=column.endswith("_id")):
                    yield problem_in(record, code, column, text, detail=detail)


def _faults(text: str, *, is_id: bool) -> Iterator[tuple[str, str]]:
    if meant := unspoilt(text):
        yield "mojibake", meant
        return  # what is odd in it besides comes from that
    if text.startswith(RUN):
        yield "formula-cell", ""
    if text != text.strip():
        yield "untrimmed", ""
    if LINE_BREAK.search(text):
        yield "line-break", ""
    unseen = hidden(text)
    control = [c for c in unseen if c in BIDI_OVERRIDES or unicodedata.category(c) in ("Cc", "Cs")]
    if control:
        yield "control-character", _code_point(control[0])
    if text.isascii():
        return
    if not unicodedata.is_normalized("NFC", text):
        yield "not-nfc", ""
    mixed = [word for word in re.findall(r"\w+", text) if len({_script(letter) for letter in word} - {None}) > 1]
    if is_id:
        if unseen or mixed:
            yield "look-alike-id", _code_point(unseen[0]) if unseen else f"letters of several scripts in '{mixed[0]}'"
        return
    unseen = [c for c in hidden(ORDINARY.sub("", text)) if c not in control]
    if unseen:
        yield "zero-width-character", _code_point(unseen[0])
    for word in mixed:
        yield "mixed-script", word


def _code_point(character: str) -> str:
    return f"U+{ord(character):04X}"


def _script(letter: str) -> str | None:
    name = unicodedata.name(letter, "")
    return next((script for script in SCRIPTS if name.startswith(f"{script} ")), None)
