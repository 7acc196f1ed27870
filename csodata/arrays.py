"""Arrow arrays of Python values, built by hand: `pyarrow.array` imports pandas wherever that is installed."""

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def text_array(values: Sequence[str | None]) -> "pa.StringArray":
    """Return texts as an array; None is null."""
    import pyarrow as pa

    texts = [b"" if value is None else value.encode() for value in values]
    ends = array("i", accumulate(map(len, texts), initial=0))
    missing = [index for index, value in enumerate(values) if value is None]
    valid = None
    if missing:
        bits = bytearray(b"\xff" * (len(texts) // 8 + 1))
        clear_bits(bits, missing)
        valid = pa.py_buffer(bits)
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(b"".join(texts)), valid)


def number_array(values: Iterable[int]) -> "pa.Int64Array":
    """Return whole numbers as an array."""
    import pyarrow as pa

    numbers = array("q", values)
    return pa.Int64Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])


def text_scalar(value: str | None) -> "pa.StringScalar":
    """Return a text as a scalar."""
    return text_array([value])[0]


def number_scalar(value: float, kind: str) -> "pa.Scalar":
    """Return a number as a scalar; `kind` is int32, int64 or double."""
    import pyarrow as pa

    numbers = array({"int32": "i", "int64": "q", "double": "d"}[kind], [value])
    return pa.Array.from_buffers(pa.type_for_alias(kind), 1, [None, pa.py_buffer(numbers)])[0]


def mask_of(places: Iterable[int], length: int) -> "pa.BooleanArray":
    """Return a mask that is true at some places."""
    import pyarrow as pa

    bits = bytearray(length // 8 + 1)
    for place in places:
        bits[place >> 3] |= 1 << (place & 7)
    return pa.BooleanArray.from_buffers(pa.bool_(), length, [None, pa.py_buffer(bits)])


def clear_bits(bits: bytearray, places: Iterable[int]) -> None:
    """Set bits to zero, counted as Arrow counts them."""
    for place in places:
        bits[place >> 3] &= ~(1 << (place & 7)) & 0xFF
