"""No personal data: no e-mail address and no telephone number in any cell (PRIVACY.md)."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

from csodata.report import Problem
from csodata.validation.records import problem_in
from csodata.validation.rules.world import World

# The look-behind and the possessive ++ keep it linear: a cell of 100 000 letters would otherwise take minutes.
EMAIL = re.compile(
    r"(?<![\w.%+-])[\w.%+-]++\s?(?:@|\[\s?at\s?\]|\(\s?at\s?\))\s?"
    r"(?!\d+x\.(?:png|jpe?g|gif|svg|webp)\b)"  # a picture for fine screens: logo@2x.png
    r"[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}",
    re.I,
)
NUMBER = r"[\d ().\-‐–/]"
MAYBE_TELEPHONE = re.compile(rf"\+\s?[\d(]{NUMBER}{{6,}}\d")
LEADING_ZEROS = re.compile(r"(?<![\d.,\-–/])(?<!\d )00\s?(?=[1-9(])")  # as + before the code of a country
SAID_TO_BE_TELEPHONE = re.compile(
    # "mobile" says so only of what looks like a number: "highly mobile: 250 000 people"
    r"\b(?:(?:tel|tél|telephone|téléphone|phone|fax)|(?P<mobile>mobile))\b\.?"
    r"(?:\s?(?:no\b|number\b|num[ée]ro\b|n°)\.?)?(?:\s?\([^\d()]{1,20}\))?\s*+(?::\s*+)?"
    rf"(?(mobile)\(?[0+]|[(+]*\d){NUMBER}{{4,}}",
    re.I,
)


def personal_data(world: World) -> Iterator[Problem]:
    """Yield the cells that hold an e-mail address or a telephone number."""
    for record in world.focus:
        for column, text in record.cells.items():
            if text and not column.endswith("_sha256"):
                found = _found(unicodedata.normalize("NFKC", unquote(text)))
                if found:
                    yield problem_in(record, "personal-data", column, text, detail=found)


def _found(text: str) -> str | None:
    if EMAIL.search(text):
        return "an e-mail address"
    if SAID_TO_BE_TELEPHONE.search(text) or _has_telephone(LEADING_ZEROS.sub("+", text)):
        return "a telephone number"
    return None


def _has_telephone(text: str) -> bool:
    if not MAYBE_TELEPHONE.search(text):
        return False
    import phonenumbers  # 0.1 s: only where something looks like a number

    return any(True for _ in phonenumbers.PhoneNumberMatcher(text, None, leniency=phonenumbers.Leniency.VALID))
