"""Arrow arrays of Python values, built by hand, and what is asked of columns of text.

`pyarrow.array` and `pyarrow.scalar` import pandas wherever that is installed: 0.3 s and 30 MB.
"""

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

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


def some(mask: Any) -> "pa.Int64Array | None":
    """Return where a mask is true; None if it is so nowhere."""
    import pyarrow.compute as pc

    return pc.indices_nonzero(mask).cast("int64") if pc.any(mask).as_py() else None


def all_but(mask: Any) -> "pa.Int64Array | None":
    """Return where a mask is false; None if it is so nowhere."""
    import pyarrow.compute as pc

    # All that is not false: a null is a missing value.
    return None if pc.all(mask).as_py() in (True, None) else pc.indices_nonzero(pc.invert(mask)).cast("int64")


def without_nulls(cells: "pa.StringArray") -> "pa.StringArray":
    """Return the same cells with empty texts for nulls, without copying one."""
    import pyarrow as pa

    if not cells.null_count:
        return cells
    _, ends, texts = cells.buffers()
    return pa.StringArray.from_buffers(len(cells), ends, texts, None, 0, cells.offset)


def nulled_at(cells: "pa.StringArray", rows: "pa.Int64Array") -> "pa.StringArray":
    """Return the same cells with nulls at some rows."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if cells.offset:
        return pc.if_else(mask_of(rows.to_pylist(), len(cells)), text_scalar(None), cells)
    valid, ends, texts = cells.buffers()
    bits = bytearray(b"\xff" * (len(cells) // 8 + 1) if valid is None else valid.to_pybytes())
    clear_bits(bits, rows.to_pylist())
    return pa.StringArray.from_buffers(len(cells), ends, texts, pa.py_buffer(bits))


def longest(cells: "pa.StringArray") -> int:
    """Return the length of the longest text, in bytes."""
    import pyarrow.compute as pc

    return pc.max(pc.binary_length(cells)).as_py() or 0


def bytes_of(cells: "pa.StringArray") -> bytes:
    """Return the bytes of all texts, and maybe some more that stand beside them."""
    texts = cells.buffers()[2]
    return b"" if texts is None else texts.to_pybytes()
