"""A contributed Parquet file → batches of text, and a sheet; what its footer promises is judged and not relied on."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from csodata.errors import UnreadableError
from csodata.messages import shown
from csodata.reading.model import Limits, Note, Row, Sheet, cut_long_cells

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS, BATCH_CELLS = 50_000, 500_000
SMALL = 10_000_000
"""Below this size unpacked, a high ratio of packing is no sign of a bomb."""
SPECIAL_NUMBERS = {"nan": "NaN", "inf": "INF", "-inf": "-INF"}  # as Table Schema writes them
ZERO_FRACTION = re.compile(r" (\d\d:\d\d:\d\d)\.0+$")


def read_parquet(stream: BinaryIO, file: str, limits: Limits) -> Sheet:
    """Read a Parquet file as if it were a text file: the names of its columns are the heading row.

    Args:
        stream: the bytes; it can seek.
        file: the file's name.
        limits: how much is read.

    Returns:
        A sheet; one note for each column of numbers, truth values or points in time tells that they are text now.

    Raises:
        UnreadableError: damaged, too large, or with a column that no text stands for.
    """
    sheet = Sheet(file, None, [], [])
    natives: dict[int, tuple[str, Note | None, int]] = {}
    with _refusing(file):
        parquet = _open(stream, file, limits)
        for index, field in enumerate(parquet.schema_arrow):
            if code := _native(field.type):
                natives[index] = code, None, 0
        sheet.rows.append(Row(1, None, list(parquet.schema_arrow.names)))
    for batch in parquet_batches(stream, file, limits):
        first = len(sheet.rows) + 1
        columns = [column.to_pylist() for column in batch.columns]
        for index, (code, note, count) in natives.items():
            filled = [(row, text) for row, text in enumerate(columns[index], first) if text]
            if filled:
                row, text = filled[0]
                natives[index] = code, note or Note(code, row, index, text, text), count + len(filled)
        rows = zip(*columns, strict=True)
        sheet.rows += [Row(number, None, list(cells)) for number, cells in enumerate(rows, first)]
    for code, note, count in natives.values():
        if note:
            detail = note.detail if code == "native-date" else str(count)
            sheet.notes.append(Note(code, note.row, note.column, note.value, detail))
    if all(row.is_blank() for row in sheet.rows):
        sheet.notes.append(Note("empty-file"))
    cut_long_cells(sheet, limits)
    return sheet


def parquet_batches(stream: BinaryIO, file: str, limits: Limits) -> "Iterator[pa.RecordBatch]":
    """Read a Parquet file by batches.

    Args:
        stream: the bytes; it can seek.
        file: the file's name, for errors.
        limits: how much is read.

    Yields:
        The rows as columns of text, in which an empty text stands for a null; at least one batch, be it without rows.

    Raises:
        UnreadableError: damaged, too large, or with a column that no text stands for.
    """
    import pyarrow as pa

    with _refusing(file):
        parquet = _open(stream, file, limits)
        schema = pa.schema([(name, pa.string()) for name in parquet.schema_arrow.names])
        yield pa.RecordBatch.from_arrays([pa.array([], pa.string()) for _ in schema], schema=schema)
        width, rows, size = len(schema), 0, 0
        for batch in parquet.iter_batches(batch_size=max(1, min(BATCH_ROWS, BATCH_CELLS // max(width, 1)))):
            rows += batch.num_rows
            _judge_rows(rows, width, file, limits)
            columns = []
            for column in batch.columns:
                size += _length(column)
                if size > limits.unpacked_bytes:
                    raise _too_large(size, file, limits)
                columns.append(_text(column))
            yield pa.RecordBatch.from_arrays(columns, schema=schema)
        if rows != parquet.metadata.num_rows:
            raise UnreadableError(
                f"{file}: the Parquet file tells of {parquet.metadata.num_rows:,} rows, and {rows:,} are in it; some "
                "may be lost. Write it again."
            )


@contextmanager
def _refusing(file: str) -> Iterator[None]:
    try:
        yield
    except UnreadableError:
        raise
    except Exception as error:  # Arrow raises a dozen kinds of errors over damaged bytes, some of them Python's own
        raise UnreadableError(
            f"{file}: the Parquet file is damaged, or written in a way that is not read here. "
            "Write it again, or save the table as CSV (UTF-8) and send that."
        ) from error


def _open(stream: BinaryIO, file: str, limits: Limits) -> Any:
    from pyarrow.parquet import ParquetFile

    stream.seek(0, 2)
    packed = stream.tell()
    parquet = ParquetFile(stream)
    metadata = parquet.metadata
    if metadata.num_columns > limits.columns:
        raise UnreadableError(
            f"{file}: the table has {metadata.num_columns:,} columns; at most {limits.columns:,} are read. "
            "Leave out the columns that do not belong to it."
        )
    _judge_rows(metadata.num_rows, metadata.num_columns, file, limits)
    groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
    size = sum(group.column(index).total_uncompressed_size for group in groups for index in range(group.num_columns))
    if size > limits.unpacked_bytes or size > max(SMALL, packed * limits.unpacked_ratio):
        raise _too_large(size, file, limits)
    names = set()
    for field in parquet.schema_arrow:
        if field.name in names:
            raise UnreadableError(f"{file}: two columns are called '{shown(field.name)}'. Give each a name of its own.")
        names.add(field.name)
        if not _is_read(field.type):
            raise UnreadableError(
                f"{file}: the column '{shown(field.name)}' is of the type {shown(field.type)}, which no cell of a "
                "table can hold. Write it as text, numbers, truth values or dates, or leave it out."
            )
    # A text that stands in a million rows is in the file once: as dictionaries, it is in memory once as well.
    texts = [field.name for field in parquet.schema_arrow if _is_text(field.type)]
    return ParquetFile(stream, metadata=metadata, read_dictionary=texts) if texts else parquet


def _judge_rows(rows: int, columns: int, file: str, limits: Limits) -> None:
    if not 0 <= rows < limits.rows or rows * columns > limits.cells:
        raise UnreadableError(
            f"{file}: the table has {rows:,} rows and {columns:,} columns; at most {limits.rows:,} rows with the "
            f"heading, and {limits.cells:,} cells, are read. Send it in several files."
        )


def _too_large(size: int, file: str, limits: Limits) -> UnreadableError:
    return UnreadableError(
        f"{file}: the table would unpack to {size / 1e6:,.0f} MB; at most {limits.unpacked_bytes / 1e6:,.0f} MB, and "
        f"{limits.unpacked_ratio:,} times the size of the file, are read. Send it in several files."
    )


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
    """Return a column as text in canonical form; raises what Arrow raises where a text is not UTF-8."""
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
        column.validate(full=True)
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
