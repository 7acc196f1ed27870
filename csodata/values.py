"""How a value is written in a cell."""

from typing import Any


def to_text(value: Any) -> str:
    """Return a value as the text that stands for it in a cell; None is the empty cell."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
