"""A name → the words of an id: ASCII small letters and digits, joined by hyphens."""

from csodata.folding import LETTERS
from csodata.validation import words

LONGEST = 60  # characters of a name in an id
APOSTROPHES = str.maketrans("", "", "'’ʼ`´")  # cote-divoire, migrants-rights


def slug(text: str) -> str:
    """Return a text as an id is written; empty where nothing of it is in Latin script."""
    return words.slug(text.casefold().translate(LETTERS).translate(APOSTROPHES))


def is_told_by(found: str, text: str) -> bool:
    """Tell whether a slug holds the better part of its text: `ngo` is not the name of a body with nine Arabic words."""
    return bool(found) and 2 * len(found.replace("-", "")) >= sum(map(str.isalnum, text))


def cut(text: str, most: int) -> str:
    """Return a slug of at most `most` characters, cut where a word ends if it can be."""
    if len(text) <= most:
        return text
    return (text[:most] if text[most] == "-" else text[:most].rpartition("-")[0] or text[:most]).rstrip("-")
