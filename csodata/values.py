"""How a value is written in a cell."""

from typing import Any

EDGE = "'"
RUN = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for a formula at the start of a cell."""


def to_text(value: Any) -> str:
    """Return a value as the text that stands for it in a cell; None is the empty cell."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def escaped(text: str) -> str:
    """Return a cell's text so that no spreadsheet runs it: with an apostrophe before it; see `unescaped`."""
    return EDGE + text if text.startswith((*RUN, EDGE)) else text


def unescaped(text: str) -> str:
    """Return a cell's text as it was before it was made safe for spreadsheets."""
    return text[1:] if text.startswith(EDGE) and text[1:].startswith((*RUN, EDGE)) else text
