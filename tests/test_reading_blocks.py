"""Guards the cutting of a stream: no byte is lost, cuts are at line breaks, quotes are those of Python's csv module.

Costs about 3 s: some hundred random texts.
"""

import io
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csodata.errors import UnreadableError
from csodata.reading import blocks as module
from csodata.reading.blocks import blocks, closed_until, count_breaks, end_of_records
from csodata.reading.decode import LINE_BREAK
from csodata.reading.delimited import LINE, parse

PIECES = ["a", "é", "😀", " ", "\0", "\ufeff", '"', '""', ",", ";", "\n", "\r\n", "\r", ",b\n", '"q\nq",', '"\r\n"']
TEXT = st.lists(st.sampled_from(PIECES) | st.characters(codec="utf-8"), max_size=24).map("".join)
DELIMITER = st.sampled_from(",;\t|")


def cut(stream: io.BytesIO, size: int, delimiter: str = ",", columns: int = 2, rest: bytes = b"") -> list[bytes]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK_BYTES", size)
        return list(blocks(stream, delimiter, columns, "t.csv", rest))


def is_open(text: str, delimiter: str) -> bool:
    list(parse(text, delimiter, notes := []))
    return bool(notes)


@settings(max_examples=300)
@given(TEXT, st.integers(4, 40), st.integers(0, 40), DELIMITER, st.integers(1, 4))
def test_blocks_are_the_text_cut_at_line_breaks(text: str, size: int, begun: int, delimiter: str, columns: int) -> None:
    data = text.encode()
    found = cut(io.BytesIO(data[begun:]), size, delimiter, columns, data[:begun])
    assert b"".join(found) == data
    assert all(found)
    for block, following in pairwise(found):
        assert block.endswith((b"\n", b"\r"))
        assert not (block.endswith(b"\r") and following.startswith(b"\n")), "a CRLF is cut in two"
    assert sum(map(count_breaks, found)) == count_breaks(data) == len(LINE_BREAK.findall(text))


@settings(max_examples=300)
@given(TEXT, DELIMITER)
def test_the_end_of_records_is_where_the_last_one_ends(text: str, delimiter: str) -> None:
    lines = [match[0] for match in LINE.finditer(text)]
    ends = [sum(map(len, lines[: row.line - 1])) for row in parse(text, delimiter, [])]
    # A CR at the end may be the first half of a CRLF.
    if text.endswith(("\n", "\r")) and not text.endswith("\r") and not is_open(text, delimiter):
        ends.append(len(text))
    assert end_of_records(text.encode(), delimiter) == len(text[: max(ends, default=0)].encode())


@settings(max_examples=300)
@given(TEXT, DELIMITER)
def test_a_quote_is_open_where_the_csv_module_has_it_open(text: str, delimiter: str) -> None:
    data, end = text.encode(), len(text.encode())
    closed = closed_until(data, delimiter)
    assert (closed < end) == is_open(text, delimiter)
    if closed < end:  # at the mark that opens the last cell of all
        before, whole = (list(parse(each.decode(), delimiter, [])) for each in (data[: closed + 1], data[:end]))
        assert data[closed : closed + 1] == b'"'
        assert not is_open(data[:closed].decode(), delimiter)
        assert (len(before), len(before[-1].cells)) == (len(whole), len(whole[-1].cells))


def test_records_stay_whole_where_their_lines_look_alike() -> None:
    """A line with too few delimiters is no end of a record, if another line near by has enough."""
    text = b'1,"x",y\n2,"p\nq",z\n3,"r\ns",t\n'
    assert cut(io.BytesIO(text), 24, columns=3) == [text[:8], text[8:]]


@pytest.mark.parametrize("text", ["x" * 1000, '"' + "x" * 1000, "\r".join(["x" * 400])])
def test_a_line_without_end_is_refused_soon(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(module, "LONGEST_RECORD", 100)
    stream = io.BytesIO(b"1,2\n" + text.encode())
    with pytest.raises(UnreadableError, match=r"t\.csv: a row does not end"):
        cut(stream, 16)
    assert stream.tell() <= 256
