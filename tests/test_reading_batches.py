"""Guards the parsing of a block: its rows, their numbers and lines are those of Python's csv module, ragged ones too.

Costs about 5 s: some hundred random texts.
"""

import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from test_reading_blocks import DELIMITER, TEXT

from csodata.reading import Block, Place, Places, Row, columns, parse_block
from csodata.reading.delimited import parse

FIRST = Place(2, 3)


def rows(block: Block, width: int, first: Place = FIRST) -> list[Row]:
    """Return the rows of a block in order; what both batches say must fit."""
    block.place(first)
    found = []
    for batch in block.batches:
        for index, cells in enumerate(zip(*(column.to_pylist() for column in batch.cells.columns), strict=True)):
            place = batch.places[index]
            if batch.ragged:
                whole = batch.ragged[index]
                assert list(cells) == [*whole[:width], *[None] * (width - len(whole))]
            else:
                assert None not in cells
                whole = list(cells)
            found.append(Row(place.row, place.line, whole))
    assert len(found) == block.records
    return sorted(found, key=lambda row: row.number)


def expected(text: str, delimiter: str, first: Place = FIRST) -> list[Row]:
    found = parse(text, delimiter, [])
    return [Row(row.number - 1 + first.row, row.line - 1 + first.line, row.cells) for row in found]  # type: ignore[operator]


def same(found: list[Row], wanted: list[Row], width: int) -> bool:
    """Compare rows; to Arrow an empty line is a row of empty texts."""
    found = [Row(row.number, row.line, [] if row.cells == [""] * width else row.cells) for row in found]
    return found == [Row(row.number, row.line, [] if row.cells == [""] * width else row.cells) for row in wanted]


@settings(max_examples=400)
@given(TEXT, st.integers(1, 3), DELIMITER, st.booleans())
@example("a\n\n,b", 1, ",", False)
@example("\ufeff\n", 1, ",", False)
@example('a"b,c\n"a"b,""c\n', 2, ",", False)
@example('a,b\r"c\r\nd",e\n\r', 2, ",", False)
def test_rows_are_those_of_the_csv_module(text: str, width: int, delimiter: str, empty_lines: bool) -> None:
    names = list("xyz"[:width])
    block = parse_block(text.encode(), names, delimiter, empty_lines=empty_lines)
    list(parse(text, delimiter, notes := []))
    found, wanted = rows(block, width), expected(text, delimiter)
    if notes:  # what the last cell ends with depends on what follows; it is for the next block, or an error
        for row in (*found[-1:], *wanted[-1:]):
            row.cells[-1] = row.cells[-1].rstrip("\r\n")
    assert found == wanted if empty_lines else same(found, wanted, width)
    assert block.stray is None
    assert block.opened == (notes[0].line - 1 if notes else None)
    assert all(batch.cells.schema.names == names for batch in block.batches)
    if text.endswith(("\n", "\r")) and not notes:
        following = expected(text + "?", delimiter)[-1]
        assert block.place(FIRST) == (following.number, following.line)


@settings(max_examples=300)
@given(TEXT, st.integers(0, 60), st.sampled_from([b"\xff", b"\x80", b"\xc3", b"\xed\xa0\x80", b"\xf5"]))
@example("a,b\nc", 4, b"\xff")
def test_before_a_byte_that_is_not_utf_8_all_is_read(text: str, place: int, stray: bytes) -> None:
    before = text[:place]
    assume(not text.startswith("\ufeff") and not before.endswith("\r"))  # see the next tests
    data = before.encode() + stray + text[place:].encode()
    block = parse_block(data, ["x", "y"], ",")
    assert block.stray == (f"{stray[0]:02X}", len(re.findall("\r\n|\r|\n", before)))
    *whole, _ = expected(before + "?", ",")  # the row of that byte, wherever in it the byte stands
    assert same(rows(block, 2), whole, 2)


def test_before_a_stray_byte_all_is_read_also_where_the_block_starts_with_a_mark() -> None:
    block = parse_block("\ufeffa,b\n".encode() + b"\xff\n", ["x", "y"], ",")
    assert block.stray == ("FF", 1)
    assert [row.cells for row in rows(block, 2)] == [["\ufeffa", "b"]]


def test_a_row_that_ends_with_cr_is_read_before_a_stray_byte() -> None:
    assert [row.cells for row in rows(parse_block(b"1,2\r\xff,4\r", ["x", "y"], ","), 2)] == [["1", "2"]]


def test_a_block_without_text_has_no_rows() -> None:
    assert parse_block(b"", ["a"], ",") == Block([], 0, 0)


def test_columns_of_one_name_stay_apart() -> None:
    [batch] = parse_block(b"1,2\n", ["a", "a"], ",").batches
    assert [column.to_pylist() for column in batch.cells.columns] == [["1"], ["2"]]


@pytest.mark.parametrize("given_rows", [[], [["1", "2", "3"], ["4"], [None, "5"]]])
def test_rows_as_columns(given_rows: list[list[str | None]]) -> None:
    found = columns(given_rows, ["a", "b"]).to_pylist()
    assert found == [dict(zip("ab", [*row, None], strict=False)) for row in given_rows]


def test_a_place_costs_bytes_only_where_lines_differ() -> None:
    [batch] = parse_block(b"1,2\n" * 100_000, ["a", "b"], ",").batches
    assert batch.places == Places(Place(0, 0), range(100_000))
