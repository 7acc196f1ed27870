"""What a number format of XLSX makes of a number: a number or a date, and which parts of the date are seen."""

import re
from typing import NamedTuple

BUILT_IN_FORMATS = {14: "ymd", 15: "ymd", 16: "md", 17: "ym", 22: "ymd"}
"""The formats of dates that have a number and no code; those whose look depends on the country are unclear."""
NUMBER_FORMATS = {*range(14), *range(37, 41), 48, 49}
DATE_FORMATS = {14, 15, 16, 17, 22}
NUMBER_CODE = re.compile(r"General|@|[0#?,.% ]*[0#?][0#?,.% ]*", re.IGNORECASE)
DATE_CODE = re.compile(
    r"[dmy]+(?:[-/., ]|\\[-/., ])*(?:[dmy]+(?:[-/., ]|\\[-/., ])*)*(?:h+:mm(?::ss)?)?(?:;@)?", re.IGNORECASE
)


class Style(NamedTuple):
    """What a cell's style says of a number in it."""

    shown: str = ""
    """Which parts of a date it shows."""
    kind: str = "number"
    """`number`, `date`, or nothing where that cannot be told surely."""


def shown_parts(code: str) -> str:
    """Tell which of year, month and day a number format shows.

    Args:
        code: a format code, for example `mmm\\-yy`.

    Returns:
        `ymd`, `ym`, `y`, `md` …, or nothing for a format without a date.
    """
    code = re.sub(r"\[[hms]+\]|am/pm|a/p", "h", code.lower())
    code = re.sub(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]', "", code).partition(";")[0]
    if code == "general":
        return ""
    tokens = re.findall(r"y+|e+|m+|d+|h+|s+", code)
    parts = set()
    for before, token, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        is_minutes = len(token) < 3 and (before.startswith("h") or after.startswith("s"))
        if token[0] in "ye":
            parts.add("y")
        elif token[0] == "m" and not is_minutes:
            parts.add("m")
        elif token in ("d", "dd"):
            parts.add("d")
    return "".join(part for part in "ymd" if part in parts)


def style_kind(number: int, code: str | None) -> str:
    """Tell what a number format makes of a number: `number`, `date`, or nothing where that cannot be told surely.

    Args:
        number: the number of the format.
        code: its code, if the workbook gives one.
    """
    if code is None:
        return "number" if number in NUMBER_FORMATS else "date" if number in DATE_FORMATS else ""
    if number < 164:  # a code for a format that has one already
        return ""
    return "number" if NUMBER_CODE.fullmatch(code) else "date" if DATE_CODE.fullmatch(code) else ""
