"""A contributed Parquet file → batches of text, and a sheet; it is decoded in a process of its own.

Arrow ends the whole process over some damaged files, and no `except` catches that: so a stranger's file is opened in a
child (parquet_worker.py), which may die.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from shutil import copyfileobj
from subprocess import DEVNULL, PIPE, Popen
from typing import TYPE_CHECKING, BinaryIO

from csodata.errors import UnreadableError
from csodata.messages import unreadable
from csodata.reading.model import Limits, Note, Row, Sheet, cut_long_cells

if TYPE_CHECKING:
    import pyarrow as pa

CHILD = """
import json, sys
sys.path[:], limits = json.loads(sys.argv[1])
from csodata.reading.parquet_worker import serve
serve(limits)
"""
# Nothing of the environment counts in the child, and no start-up file: it finds its modules where this process does.
FLAGS = ["-I", "-S"]


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
    batches = parquet_batches(stream, file, limits)
    schema = next(batches).schema
    sheet = Sheet(file, None, [Row(1, None, list(schema.names))], [])
    natives: dict[int, tuple[str, Note | None, int]] = {
        index: (field.metadata[b"note"].decode(), None, 0) for index, field in enumerate(schema) if field.metadata
    }
    for batch in batches:
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
        First a batch without rows, then the rows, as columns of text in which an empty text stands for a null. The
        metadata of a column whose values stood there as something else name the code of the `note` on it.

    Raises:
        UnreadableError: damaged, too large, or with a column that no text stands for.
    """
    order = json.dumps([list(map(str, sys.path)), asdict(limits)])
    try:
        stream.seek(0)
        child = Popen([sys.executable, *FLAGS, "-c", CHILD, order], stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise unreadable(file, "parquet-not-started", reason=reason) from error
    try:
        with child:
            try:
                yield from _received(child, stream, file)
            finally:
                child.kill()
    except UnreadableError:
        raise
    except Exception as error:  # a pipe that broke, a stream that ended too soon: the child has died
        raise unreadable(file, "parquet-damaged") from error


def _received(child: Popen[bytes], stream: BinaryIO, file: str) -> "Iterator[pa.RecordBatch]":
    """Send the child the file, and yield what it answers."""
    from pyarrow import ipc

    if child.stdin is None or child.stdout is None:
        raise ValueError("the child has no pipes")
    copyfileobj(stream, child.stdin)
    child.stdin.close()  # only now does it answer
    with ipc.open_stream(child.stdout) as reader:
        while True:
            try:
                batch, words = reader.read_next_batch_with_custom_metadata()
            except StopIteration:
                break
            if words:
                code, details = json.loads(words[b"refusal"])
                raise unreadable(file, code, **details)
            batch.validate(full=True)  # of what a process made that read damaged bytes: all, the text's bytes too
            yield batch
    if code := child.wait():
        raise ValueError(f"the child ended with {code}")
