"""What csodata raises: each message says what is wrong, what we know, and what to do."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class CsodataError(Exception):
    """Something that csodata cannot do, in a sentence for the user."""


class NoDatasetError(CsodataError):
    """There is no dataset where one was looked for."""


class UnknownTableError(CsodataError):
    """The dataset has no table of that name."""


class BadSchemaError(CsodataError):
    """A schema or descriptor that is not what the standard, or the house, asks for."""


class Refused(NamedTuple):
    """A file, why it cannot be read (a code of catalogue/refusals.toml), and what fills the words in."""

    file: str
    code: str
    details: Mapping[str, Any]


class UnreadableError(CsodataError):
    """A file that cannot be read at all, or several; csodata.messages.refusal tells it in another language."""

    def __init__(self, sentence: str, refused: Sequence[Refused]) -> None:
        super().__init__(sentence, refused)
        self.sentence, self.refused = sentence, refused

    def __str__(self) -> str:
        return self.sentence


class BadDateError(CsodataError):
    """A text that is not one of the EDTF forms in use here, or a day that no calendar has."""


class MissingPackageError(CsodataError):
    """An optional package that the call needs is not installed."""
