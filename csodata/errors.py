"""What csodata raises: each message says what is wrong, what we know, and what to do."""


class CsodataError(Exception):
    """Something that csodata cannot do, in a sentence for the user."""


class NoDatasetError(CsodataError):
    """There is no dataset where one was looked for."""


class UnknownTableError(CsodataError):
    """The dataset has no table of that name."""


class BadSchemaError(CsodataError):
    """A schema or descriptor that is not what the standard, or the house, asks for."""


class UnreadableError(CsodataError):
    """A file that cannot be read at all."""


class BadDateError(CsodataError):
    """A text that is not one of the EDTF forms in use here, or a day that no calendar has."""


class MissingPackageError(CsodataError):
    """An optional package that the call needs is not installed."""
