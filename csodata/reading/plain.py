"""The cells of an XLSX worksheet by one regular expression, where it is written as spreadsheet programmes write it.

Several times as fast as calamine and a walk through the XML, and proven to miss nothing: each match stands for a known
number of tags, so that a sheet with a tag more (a formula, an error, a comment, rich text) is left to those two.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import compress, groupby, pairwise
from typing import Any, NamedTuple
from xml.sax.saxutils import unescape

from csodata.reading.facts import Facts, Place
from csodata.reading.formats import Style
from csodata.reading.model import Limits

CELL = re.compile(r'<c r="([A-Z]{1,3})([1-9][0-9]{0,6})"([^>]*>(?:<v>|<is><t[^>]*>)?)([^<]*)')
ROW = re.compile(r'<row r="([1-9][0-9]{0,6})"([^>]*)>')
FORM = re.compile(r'(?: s="([0-9]{1,6})")?(?: t="([A-Za-z]+)")?(?:( ?/>)|><v>|(><is><t(?: xml:space="preserve")?>))')
HIDDEN = re.compile(r' hidden="(?:1|true)"')
CODED_CHARACTER = re.compile(rb"_x[0-9A-Fa-f]{4}_")
UTF_8 = re.compile(rb"""<\?xml version=["']1\.0["'](?: encoding=["']utf-8["'])?[^?>]*\?>|(?!<\?)""", re.IGNORECASE)
STARTS, ENDS = b"<sheetData>", b"</sheetData>"
NO_TEXT = bytes(code for code in range(32) if code not in b"\t\n")
"""Control characters, which XML refuses, and the carriage return, which it changes."""
ENTITIES = {"&quot;": '"', "&apos;": "'"}
FIRST_DAY, LAST_DAY = 61, 2_958_465
"""Days that spreadsheets count alike: from March 1900, since Excel knows a 29 February 1900, to the end of 9999."""
CHUNK = 100_000


class NotPlainError(Exception):
    """Something stands here that takes calamine and a walk."""


class _Form(NamedTuple):
    read: Callable[[str], Any]
    shown: str
    tags: int
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class Plain:
    """What is needed to read the plain worksheets of a workbook."""

    shared: dict[str, str]
    """The shared texts by their numbers, as these are written."""
    styles: list[Style]
    file: str
    limits: Limits

    def read(self, part: bytes) -> tuple[Facts, bytes]:
        """Read the cells of a worksheet.

        Args:
            part: its XML.

        Returns:
            Facts about rows and cells, with the values; the XML around the rows.

        Raises:
            NotPlainError: it is not written plainly.
            UnreadableError: it reaches too far.
        """
        start, end = part.find(STARTS), part.rfind(ENDS)
        if not (0 < start < end and part.count(b"sheetData") == 2 and is_plain_xml(part)):
            raise NotPlainError
        facts, values, forms = Facts(), list[list[Any]](), _Forms(self)
        for chunk in _chunks(part, start + len(STARTS), end):
            if len(chunk) != len(chunk.translate(None, NO_TEXT)):
                raise NotPlainError
            try:
                self._read_chunk(chunk.decode(), forms, facts, values)
            except (LookupError, ValueError) as error:
                raise NotPlainError from error
        facts.values = values
        return facts, part[:start] + b"<sheetData/>" + part[end + len(ENDS) :]

    def _read_chunk(self, chunk: str, forms: "_Forms", facts: Facts, values: list[list[Any]]) -> None:
        pieces = CELL.split(chunk)  # whole lists are worked on, since a loop over cells takes three times as long
        letters, numbers, written, texts = (pieces[group::5] for group in range(1, 5))
        rows = dict(ROW.findall(chunk))
        tags = sum(forms[form].tags * count for form, count in Counter(written).items())
        if tags + len(rows) + chunk.count("</row>") != chunk.count("<"):
            raise NotPlainError  # there is something else
        facts.hidden_rows += [int(row) - 1 for row, rest in rows.items() if "hidden" in rest and HIDDEN.search(rest)]
        if any(forms[form].is_empty for form in set(written)):
            full = [not forms[form].is_empty for form in written]
            letters, numbers, written, texts = (
                list(compress(each, full)) for each in (letters, numbers, written, texts)
            )
        readers = {form: forms[form].read for form in set(written)}
        cells = [readers[form](text) for form, text in zip(written, texts, strict=True)]
        columns = list(map(forms.columns.__getitem__, letters))
        characters = sum([len(cell) for cell in cells if type(cell) is str])
        order = list(range(max(columns, default=0) + 1))
        start = 0
        for number, run in groupby(numbers):
            end = start + len(list(run))
            row, width = int(number) - 1, columns[end - 1] + 1
            if number not in rows or row < len(values):
                raise NotPlainError  # a cell outside its row, or rows that are not in order
            facts.grow(row, width - 1, characters, self.file, self.limits)
            characters = 0
            values += [[] for _ in range(row - len(values))]
            in_order = columns[start:end] == order[:width]
            values.append(cells[start:end] if in_order else _spread(columns[start:end], cells[start:end]))
            start = end
        for form in set(written):
            if shown := forms[form].shown:
                places = zip(numbers, columns, written, strict=True)
                facts.shown |= {Place(int(number) - 1, column): shown for number, column, f in places if f == form}


class _Forms(dict[str, _Form]):
    """How to read a cell, by what stands between its reference and its text: there are few of them."""

    def __init__(self, plain: Plain) -> None:
        self.columns = _Columns()
        self._styles = plain.styles
        self._readers: dict[str, Callable[[str], Any]] = {
            "s": plain.shared.__getitem__,
            "str": plain_text,
            "inlineStr": plain_text,
            "b": {"0": False, "1": True}.__getitem__,
            "number": _number,
            "date": _date,
        }

    def __missing__(self, form: str) -> _Form:
        match = FORM.fullmatch(form)
        if not match:
            raise NotPlainError
        style, kind, empty, inline = match.groups()
        if empty:
            found = _Form(str, "", 1, is_empty=True)
        elif (kind == "inlineStr") != (inline is not None):
            raise NotPlainError
        elif kind in (None, "n"):
            look = self._styles[int(style or 0)] if self._styles else Style()
            found = _Form(self._readers[look.kind], look.shown, 4)
        else:
            found = _Form(self._readers[kind], "", 6 if inline else 4)
        self[form] = found
        return found


class _Columns(dict[str, int]):
    """The index of a column by its letters."""

    def __missing__(self, letters: str) -> int:
        index = 0
        for letter in letters:
            index = index * 26 + ord(letter) - ord("A") + 1
        self[letters] = index - 1
        return index - 1


def _spread(columns: list[int], cells: list[Any]) -> list[Any]:
    """Put the cells of a row into their columns; between them stands nothing."""
    if any(column <= before for before, column in pairwise(columns)):
        raise NotPlainError
    found = dict(zip(columns, cells, strict=True))
    return [found.get(column, "") for column in range(columns[-1] + 1)]


def shared_texts(part: bytes) -> dict[str, str]:
    """Read the shared texts of a workbook by their numbers, as these are written; raises NotPlainError."""
    start, end = part.find(b"<si>"), part.rfind(b"</si>") + len(b"</si>")
    body = part[start:end]
    if start < 0 or end < start or not is_plain_xml(part) or len(body) != len(body.translate(None, NO_TEXT)):
        raise NotPlainError
    try:
        text = body.decode().replace('<t xml:space="preserve">', "<t>")
    except ValueError as error:
        raise NotPlainError from error
    texts = text[len("<si><t>") : -len("</t></si>")].split("</t></si><si><t>")
    if part.count(b"<si") != len(texts) or text.count("<") != 4 * len(texts):
        raise NotPlainError
    if not (text.startswith("<si><t>") and text.endswith("</t></si>")):
        raise NotPlainError
    return dict(zip(map(str, range(len(texts))), map(plain_text, texts) if "&" in text else texts, strict=True))


def is_plain_xml(part: bytes) -> bool:
    """Tell whether XML is UTF-8 without comments and other things that could hide what looks like a cell."""
    return (
        UTF_8.match(part) is not None
        and part.rfind(b"<?") <= 0
        and b"<!" not in part
        and not CODED_CHARACTER.search(part)  # calamine decodes these
    )


def plain_text(text: str) -> str:
    """Put characters in the place of their names; raises NotPlainError where one is unknown."""
    if "&" not in text:
        return text
    if re.search("&(?!(?:amp|lt|gt|quot|apos);)", text):
        raise NotPlainError
    return unescape(text, ENTITIES)


def _chunks(part: bytes, start: int, end: int) -> Iterator[bytes]:
    while start < end:
        cut = part.find(b"</row>", start + CHUNK, end)
        cut = end if cut < 0 else cut + len(b"</row>")
        yield part[start:cut]
        start = cut


def _number(text: str) -> float:
    if text.strip("0123456789+-.eE"):
        raise NotPlainError
    return float(text)


def _date(text: str) -> date | datetime:
    days = _number(text)
    if not FIRST_DAY <= days < LAST_DAY + 1:
        raise NotPlainError
    if days.is_integer():
        return date.fromordinal(_DAY_ZERO + int(days))
    milliseconds = days * 86_400_000
    if abs(milliseconds - round(milliseconds)) > 0.4:
        raise NotPlainError  # calamine rounds halves in its own way
    return datetime(1899, 12, 30) + timedelta(milliseconds=round(milliseconds))


_DAY_ZERO = date(1899, 12, 30).toordinal()
