"""Guards the strict reader: whatever the size of its blocks, its rows and places are those of Python's csv module.

Costs about 6 s: some hundred random texts, each read in blocks of several sizes.
"""

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from test_reading_batches import expected, rows, same
from test_reading_blocks import TEXT, is_open

from csodata.errors import UnreadableError
from csodata.reading import Limits, Note, Place, Row, Table, read_table
from csodata.reading import blocks as blocks_module
from csodata.reading import table as table_module

SIZES = st.sampled_from([4, 5, 7, 11, 16, 40, 2_500_000])
HEADING = st.sampled_from(["a,b\n", "a,b\r\n", "a\n", '"a\nb",c\r', '"a""",b,c\n'])


@contextmanager
def block_bytes(size: int) -> Iterator[None]:
    """Have blocks of some size read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks_module, "BLOCK_BYTES", size)
        patch.setattr(table_module, "BLOCK_BYTES", size)
        yield


def opened(data: bytes) -> Table:
    return read_table(io.BytesIO(data), "t.csv", Limits())


def read_all(data: bytes, size: int, *, empty_lines: bool = False) -> tuple[Table, list[Row], list[str]]:
    """Return a table, its rows, and what is wrong at their end."""
    with block_bytes(size):
        table = opened(data)
        labels, first, found, wrong = table.labels or [], table.first, [], []
        names = [str(index) for index in range(len(labels))]
        for block, count in table.blocks(lambda block: block.records, names, empty_lines=empty_lines):
            assert count == block.records
            found += rows(block, len(labels), first)
            wrong += [f"open from line {(first.line or 0) + block.opened}"] if block.opened is not None else []
            wrong += [f"{block.stray[0]} on line {(first.line or 0) + block.stray[1]}"] if block.stray else []
            first = block.place(first)
            if block.stray:
                break
        return table, found, wrong


@settings(max_examples=500)
@given(HEADING, TEXT, SIZES, st.booleans(), st.booleans())
@example("a,b\n", "\ufeff\n1,2", 4, False, False)
@example("a,b\n", '1,"x\ny"\n2,"p\r\nq"\n3,""""\n"', 7, False, False)
@example("a,b\n", 'x"y,z\n\n1\n1,2,3\n', 5, False, False)
@example("a,b\r\n", '"1\r\n\r\n",2\r\n3,4', 4, False, True)
def test_rows_numbers_and_lines_whatever_the_block(
    heading: str, text: str, size: int, mark: bool, empty_lines: bool
) -> None:
    assume(not (heading.endswith("\r") and text.startswith("\n")))  # one break more
    whole = heading + text
    table, found, wrong = read_all(codecs.BOM_UTF8 * mark + whole.encode(), size, empty_lines=empty_lines)
    [labels, *wanted] = expected(whole, ",", Place(1, 1))
    assert (table.labels, table.notes) == (labels.cells, [])
    if is_open(whole, ","):
        for row in (*found[-1:], *wanted[-1:]):
            row.cells[-1] = row.cells[-1].rstrip("\r\n")  # Arrow leaves the last line break out
    assert found == wanted if empty_lines else same(found, wanted, len(labels.cells))
    assert len(wrong) == is_open(whole, ",")
    assert wrong == read_all(whole.encode(), 2_500_000)[2]


@settings(max_examples=300)
@given(HEADING, TEXT, st.integers(0, 60), SIZES)
@example("a,b\n", '1,"x\ny"\n2,3\n', 6, 4)
def test_all_before_a_byte_that_is_not_utf_8_is_read(heading: str, text: str, place: int, size: int) -> None:
    before = heading + text[:place]
    assume("\ufeff" not in before and not before.endswith("\r"))  # see test_reading_batches.py
    _, found, wrong = read_all(before.encode() + b"\xff" + text[place:].encode(), size)
    _, *whole, _ = expected(before + "?", ",", Place(1, 1))  # the row of that byte, wherever in it the byte stands
    assert same(found, whole, len(expected(heading, ",")[0].cells))
    assert wrong == [f"FF on line {len(blocks_lines(before))}"]


def blocks_lines(text: str) -> list[str]:
    return io.StringIO(text + "?", newline=None).readlines()


class TestHeading:
    @pytest.mark.parametrize("size", [4, 5, 100])
    @pytest.mark.parametrize(
        ("data", "labels", "notes"),
        [
            (b"", None, ["empty-file"]),
            (codecs.BOM_UTF8, None, ["empty-file"]),
            (b"\n", [], ["empty-file"]),
            (b" \r\n\t", [], ["empty-file"]),
            (b"a", ["a"], []),
            (b"a,b", ["a", "b"], []),
            (b"\n1,2\n", [], []),
            (b'"a\nb",c\n', ["a\nb", "c"], []),
            (b'"a\n', ["a\n"], ["unclosed-quote"]),
            (b"caf\xe9,b\n1,2\n", None, ["bad-encoding"]),
        ],
    )
    def test_labels(self, data: bytes, labels: list[str] | None, notes: list[str], size: int) -> None:
        with block_bytes(size):
            table = opened(data)
        assert (table.labels, [note.code for note in table.notes]) == (labels, notes)

    def test_the_line_of_a_byte_that_is_not_utf_8(self) -> None:
        [note] = opened(b'"a\r\nb\xe9",c\n').notes
        assert note == Note("bad-encoding", detail="E9", line=2)

    def test_rows_begin_beneath_it(self) -> None:
        assert opened(b"a,b\n1,2\n").first == Place(2, 2)
        assert opened(b'"a\n\nb",c\n1,2\n').first == Place(2, 4)

    @pytest.mark.parametrize("size", [4, 100])
    def test_too_many_columns_are_refused(self, size: int) -> None:
        with block_bytes(size), pytest.raises(UnreadableError, match=r"t\.csv: row 1 has 2,001 columns"):
            opened(b"," * 2000 + b"\n")

    @pytest.mark.parametrize("data", [b"x" * 1000, b'"' + b"x" * 1000, b'a,b\n"' + b"x\n" * 500])
    def test_a_row_without_end_is_refused_soon(self, monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
        monkeypatch.setattr(blocks_module, "LONGEST_RECORD", 100)
        stream = io.BytesIO(data)
        with pytest.raises(UnreadableError, match="does not end"), block_bytes(16):
            for _ in read_table(stream, "t.csv", Limits()).blocks(lambda block: None, ["a", "b"]):
                pass
        assert stream.tell() <= 256

    def test_a_file_that_begins_with_blank_lines_is_not_empty(self) -> None:
        with block_bytes(4):
            assert opened(b"\n" * 20 + b"a,b\n1,2\n").notes == []

    def test_a_heading_ends_behind_its_crlf(self) -> None:
        table, found, _ = read_all(b"abcdef,\r\n1,2\r\n", 4)
        assert table.labels == ["abcdef", ""]
        assert found == [Row(2, 2, ["1", "2"])]


class Trickle(io.RawIOBase):
    """A stream that gives one byte at a time, as a pipe may."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, size: int = -1) -> bytes:
        some, self._data = self._data[: size if size < 0 else min(size, 1)], self._data[1:]
        return some


@pytest.mark.parametrize("data", [b"\n\n1,2\n", codecs.BOM_UTF8 + b'"a\nb",c\n1,2\n', b"a,b\r\n1,2\r\n"])
def test_a_stream_that_gives_little_at_a_time(data: bytes) -> None:
    tables = [read_table(stream, "t.csv", Limits()) for stream in (Trickle(data), io.BytesIO(data))]  # type: ignore[arg-type]
    assert (
        [(table.labels, table.notes, table.first, b"".join(table.found)) for table in tables[:1]]
        == [  # type: ignore[arg-type]
            (table.labels, table.notes, table.first, b"".join(table.found))
            for table in tables[1:]  # type: ignore[arg-type]
        ]
    )


@pytest.mark.parametrize(
    "data",
    [
        b'"' + b"x\n" * 1_000_000,
        b'a,b\n"' + b'x\n","' * 400_000,
        b"a,b\n" + b'"' * 400_001,
        b"a,b\n" + b'a"' * 200_000 + b"\n",
        b"a,b\n" + b'1,"x"\n' * 100_000 + b'"',
    ],
    ids=["unclosed heading", "many cells", "marks", "stray marks", "unclosed at the end"],
)
def test_no_text_takes_long(data: bytes) -> None:
    """What grows with the square of the length takes hours in a block of full size."""
    _, found, _ = read_all(data, 2_500_000)
    assert len(found) < 200_000
