"""The child that parquet.py starts: a Parquet file → batches of text; its footer is judged and not relied on."""

import contextlib
import json
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from csodata.errors import UnreadableError
from csodata.messages import shown, unreadable
from csodata.reading.model import Limits

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS, BATCH_CELLS = 50_000, 500_000
SMALL = 10_000_000
"""Below this size unpacked, a high ratio of packing is no sign of a bomb."""
ADDRESSES = 4_000_000_000
"""Bytes of addresses that the child may reserve at least: Arrow reserves far more than it uses."""
SPECIAL_NUMBERS = {"nan": "NaN", "inf": "INF", "-inf": "-INF"}  # as Table Schema writes them
ZERO_FRACTION = re.compile(r" (\d\d:\d\d:\d\d)\.0+$")


def serve(limits: dict[str, int]) -> None:
    """Read a Parquet file from standard input; write batches of text to standard output, as Arrow's stream does.

    A refusal goes as the metadata of a batch without rows. Whatever else happens ends the process with another code
    than 0.

    Args:
        limits: how much is read, by name.
    """
    most = Limits(**limits)
    _confine(max(ADDRESSES, 8 * most.unpacked_bytes))
    data = sys.stdin.buffer.read()
    for name in ("numpy", "pandas"):  # Arrow would import them, in half a second, and needs neither
        sys.modules[name] = None  # type: ignore[assignment]
    import pyarrow as pa

    writer: Any = None
    batch = _empty(pa.schema([]))
    try:
        for batch in text_batches(data, most):
            writer = writer or pa.ipc.new_stream(sys.stdout.buffer, batch.schema)
            writer.write_batch(batch)
    except UnreadableError as error:
        writer = writer or pa.ipc.new_stream(sys.stdout.buffer, batch.schema)
        [(_, code, details)] = error.refused
        writer.write_batch(batch.slice(0, 0), custom_metadata={"refusal": json.dumps([code, details])})
    writer.close()


def _confine(addresses: int) -> None:
    """Let this process take no more memory, and leave no core file, where the platform can see to that."""
    try:
        import resource
    except ImportError:
        return
    for kind, most in ((resource.RLIMIT_AS, addresses), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))


def text_batches(data: bytes, limits: Limits) -> "Iterator[pa.RecordBatch]":
    """Yield what `parquet_batches` does; raises UnreadableError, without the file's name, or what Arrow raises."""
    import pyarrow as pa

    parquet = _open(data, limits)
    schema = pa.schema(
        pa.field(field.name, pa.string(), metadata={"note": code} if (code := _native(field.type)) else None)
        for field in parquet.schema_arrow
    )
    yield _empty(schema)
    width, rows, size = len(schema), 0, 0
    step = max(1, min(BATCH_ROWS, BATCH_CELLS // max(width, 1)))
    for batch in parquet.iter_batches(batch_size=step, use_threads=False):
        rows += batch.num_rows
        _judge_rows(rows, width, limits)
        columns = []
        for column in batch.columns:
            size += _length(column)
            if size > limits.unpacked_bytes:
                raise _too_large(size, limits)
            columns.append(_text(column))
        yield pa.RecordBatch.from_arrays(columns, schema=schema)
    if rows != parquet.metadata.num_rows:
        raise unreadable("", "parquet-rows-lost", told=parquet.metadata.num_rows, rows=rows)


def _empty(schema: "pa.Schema") -> "pa.RecordBatch":
    import pyarrow as pa

    return pa.RecordBatch.from_arrays([pa.array([], field.type) for field in schema], schema=schema)


def _open(data: bytes, limits: Limits) -> Any:
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    parquet = ParquetFile(pa.BufferReader(data))
    metadata = parquet.metadata
    if metadata.num_columns > limits.columns:
        raise unreadable("", "parquet-too-wide", columns=metadata.num_columns, most=limits.columns)
    _judge_rows(metadata.num_rows, metadata.num_columns, limits)
    groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
    size = sum(group.column(index).total_uncompressed_size for group in groups for index in range(group.num_columns))
    if size > limits.unpacked_bytes or size > max(SMALL, len(data) * limits.unpacked_ratio):
        raise _too_large(size, limits)
    names = set()
    for field in parquet.schema_arrow:
        if field.name in names:
            raise unreadable("", "parquet-same-names", value=field.name)
        names.add(field.name)
        if not _is_read(field.type):
            raise unreadable("", "parquet-type", value=field.name, kind=shown(field.type))
    # A text that stands in a million rows is in the file once: as dictionaries, it is in memory once as well.
    texts = [field.name for field in parquet.schema_arrow if _is_text(field.type)]
    return ParquetFile(pa.BufferReader(data), metadata=metadata, read_dictionary=texts) if texts else parquet


def _judge_rows(rows: int, columns: int, limits: Limits) -> None:
    if not 0 <= rows < limits.rows or rows * columns > limits.cells:
        raise unreadable(
            "", "parquet-too-long", rows=rows, columns=columns, most_rows=limits.rows, most_cells=limits.cells
        )


def _too_large(size: int, limits: Limits) -> UnreadableError:
    most = round(limits.unpacked_bytes / 1e6)
    return unreadable("", "parquet-unpacks", size=round(size / 1e6), most=most, ratio=limits.unpacked_ratio)


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _is_read(kind: Any) -> bool:
    from pyarrow import types

    if types.is_dictionary(kind):
        return _is_read(kind.value_type)
    return bool(_is_text(kind) or types.is_null(kind) or types.is_date(kind) or _native(kind))


def _native(kind: Any) -> str:
    """Return the code of the note on a column whose values stood there as something else than text."""
    from pyarrow import types

    if types.is_dictionary(kind):
        return _native(kind.value_type)
    if types.is_boolean(kind):
        return "native-boolean"
    if types.is_timestamp(kind):
        return "native-date"
    return "native-number" if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind) else ""


def _length(column: "pa.Array") -> int:
    """Return the size of a column when each text is written out."""
    import pyarrow.compute as pc
    from pyarrow import types

    if types.is_dictionary(column.type) and _is_text(column.type.value_type):
        return pc.sum(pc.binary_length(column.dictionary).cast("int64").take(column.indices)).as_py() or 0
    return int(column.nbytes)


def _text(column: "pa.Array") -> "pa.Array":
    """Return a column as text in canonical form; who takes it proves that it is UTF-8."""
    import pyarrow as pa
    from pyarrow import types

    if types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if types.is_timestamp(kind):
        column = _time_text(column)
    elif types.is_floating(kind):
        wide = column.cast(pa.float32()) if types.is_float16(kind) else column
        column = pa.array([_float_text(text) for text in wide.cast(pa.string()).to_pylist()], pa.string())
    elif types.is_decimal(kind):
        column = pa.array([None if each is None else format(each, "f") for each in column.to_pylist()], pa.string())
    elif types.is_date(kind):
        column = column.cast(pa.date32()).cast(pa.string())
    else:
        column = column.cast(pa.string())
    return column.fill_null("")


def _float_text(text: str | None) -> str | None:
    return None if text is None else SPECIAL_NUMBERS.get(text) or repr(float(text))


def _time_text(column: "pa.Array") -> "pa.Array":
    """Write points in time: at midnight the day alone, and with a Z where they are in universal time."""
    import pyarrow as pa
    import pyarrow.compute as pc

    text = column.cast(pa.timestamp(column.type.unit)).cast(pa.string())
    text = pc.replace_substring_regex(text, ZERO_FRACTION.pattern, r" \1")
    text = pc.replace_substring(text, " ", "T")
    if column.type.tz is not None:
        return pc.binary_join_element_wise(text, "Z", "")
    return pc.replace_substring_regex(text, "T00:00:00$", "")
