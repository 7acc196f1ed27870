"""No personal data: no e-mail address and no telephone number in any cell (PRIVACY.md)."""

import re
from collections.abc import Iterator

from csodata.report import Problem
from csodata.validation.records import problem_in
from csodata.validation.rules.world import World

# The look-behind and the possessive ++ keep it linear: a cell of 100 000 letters would otherwise take minutes.
EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]++\s?(?:@|\[at\]|\(at\))\s?"
    r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
    re.ASCII,
)
MAYBE_TELEPHONE = re.compile(r"\+\s?[0-9(][0-9 ().\-/]{6,}[0-9]")
SAID_TO_BE_TELEPHONE = re.compile(
    r"\b(?:tel|tél|telephone|téléphone|phone|mobile|fax)\b\.?\s*:?\s*[(+]?[0-9][0-9 ().\-/]{4,}", re.I
)


def personal_data(world: World) -> Iterator[Problem]:
    """Yield the cells that hold an e-mail address or a telephone number."""
    for record in world.focus:
        for column, text in record.cells.items():
            if text and not column.endswith("_sha256"):
                found = _found(text)
                if found:
                    yield problem_in(record, "personal-data", column, text, detail=found)


def _found(text: str) -> str | None:
    if EMAIL.search(text):
        return "an e-mail address"
    if SAID_TO_BE_TELEPHONE.search(text) or (MAYBE_TELEPHONE.search(text) and _is_telephone(text)):
        return "a telephone number"
    return None


def _is_telephone(text: str) -> bool:
    import phonenumbers  # 0.1 s: only where something looks like a number

    return any(True for _ in phonenumbers.PhoneNumberMatcher(text, None, leniency=phonenumbers.Leniency.POSSIBLE))
