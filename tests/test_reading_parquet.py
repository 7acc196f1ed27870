"""Guards the reading of Parquet files: every type that a cell can hold becomes its text, and no footer is believed.

Costs about 2 s: small files in memory, some of them forged, and two hundred damaged ones.
"""

import io
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csodata.errors import UnreadableError
from csodata.reading import Limits, Note, Row, Sheet, read
from csodata.reading.parquet import parquet_batches

DEFAULTS = Limits()
TEXT = st.none() | st.text(st.characters(codec="utf-8"), max_size=8)


def packed(table: pa.Table, **options: Any) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream, **options)
    return stream.getvalue()


def read_one(raw: bytes, limits: Limits = DEFAULTS) -> Sheet:
    [sheet] = read(io.BytesIO(raw), name="sent.parquet", limits=limits)
    return sheet


def texts(values: pa.Array) -> list[str]:
    return [row.cells[0] for row in read_one(packed(pa.table({"x": values}))).rows[1:]]


def refusal(raw: bytes, limits: Limits = DEFAULTS) -> str:
    with pytest.raises(UnreadableError) as caught:
        read_one(raw, limits)
    message = str(caught.value)
    assert message.startswith("sent.parquet: ")
    return message


class TestCells:
    def test_the_names_of_the_columns_are_the_heading_row(self, tmp_path: Path) -> None:
        path = tmp_path / "forums.csv"  # the content decides, not the name
        path.write_bytes(packed(pa.table({"forum_id": ["f-1", None], "name": ["Étoile\n", ""]})))
        [sheet] = read(path)
        rows = [Row(1, None, ["forum_id", "name"]), Row(2, None, ["f-1", "Étoile\n"]), Row(3, None, ["", ""])]
        assert (sheet.file, sheet.name, sheet.rows, sheet.notes) == (str(path), None, rows, [])

    @given(st.lists(st.tuples(TEXT, TEXT), max_size=20), st.integers(1, 7))
    def test_any_texts_read_back(self, rows: list[tuple[str | None, str | None]], group: int) -> None:
        table = pa.table({name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate("ab")})
        found = read_one(packed(table, row_group_size=group)).rows[1:]
        assert [row.cells for row in found] == [[cell or "" for cell in row] for row in rows]
        assert [row.number for row in found] == list(range(2, len(rows) + 2))

    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            (pa.array([1, -7, None], pa.int8()), ["1", "-7", ""]),
            (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
            (
                pa.array([7.0, 0.1, 1e-7, 1e16, -0.0, 123456789.5]),
                ["7.0", "0.1", "1e-07", "1e+16", "-0.0", "123456789.5"],
            ),
            (pa.array([float("nan"), float("inf"), -float("inf")]), ["NaN", "INF", "-INF"]),
            (pa.array([0.1, None], pa.float32()), ["0.1", ""]),
            (pa.array([0.5], pa.float32()).cast(pa.float16()), ["0.5"]),
            (pa.array([True, False, None]), ["true", "false", ""]),
            (pa.array([date(2019, 10, 9), None]), ["2019-10-09", ""]),
            (pa.array([date(2019, 10, 9)], pa.date64()), ["2019-10-09"]),
            (pa.array([datetime(2019, 10, 9), datetime(2019, 10, 9, 14, 30)]), ["2019-10-09", "2019-10-09T14:30:00"]),
            (pa.array([datetime(2019, 10, 9, 0, 0, 0, 500)], pa.timestamp("us")), ["2019-10-09T00:00:00.000500"]),
            (pa.array([datetime(2019, 10, 9)], pa.timestamp("ns")), ["2019-10-09"]),
            (
                pa.array([datetime(2019, 10, 9, tzinfo=UTC)], pa.timestamp("ms", "Europe/Paris")),
                ["2019-10-09T00:00:00Z"],
            ),
            (pa.array([Decimal("1.50"), Decimal("-0.00000001")], pa.decimal128(20, 8)), ["1.50000000", "-0.00000001"]),
            (pa.array([Decimal("1.5")], pa.decimal256(60, 1)), ["1.5"]),
            (pa.array(["a", "b", None, "a"]).dictionary_encode(), ["a", "b", "", "a"]),
            (pa.array(["a", None], pa.large_string()), ["a", ""]),
            (pa.array(["a", None], pa.large_string()).dictionary_encode(), ["a", ""]),
            (pa.array(["a", None], pa.string_view()), ["a", ""]),
            (pa.array([5, None, 5]).dictionary_encode(), ["5", "", "5"]),
            (pa.array([None, None]), ["", ""]),
            (pa.array([], pa.string()), []),
        ],
        ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
    )
    def test_the_text_of_each_type(self, values: pa.Array, expected: list[str]) -> None:
        assert texts(values) == expected

    @given(st.lists(st.floats(), max_size=9))
    def test_a_float_reads_back_to_the_bit(self, values: list[float]) -> None:
        assert [repr(float(text)) for text in texts(pa.array(values, pa.float64()))] == [
            repr(value) for value in values
        ]

    def test_numbers_truth_values_and_times_are_noted_once_a_column(self) -> None:
        day = datetime(2019, 10, 9)
        table = pa.table({"a": ["x"] * 3, "n": [None, 7, 8], "b": [True, None, None], "t": [day] * 3})
        assert read_one(packed(table)).notes == [
            Note("native-number", 3, 1, "7", "2"),
            Note("native-boolean", 2, 2, "true", "1"),
            Note("native-date", 2, 3, "2019-10-09", "2019-10-09"),
        ]

    def test_nothing_in_it(self) -> None:
        for table in (pa.table({}), pa.table({" ": ["", None]})):
            assert [note.code for note in read_one(packed(table)).notes] == ["empty-file"]

    def test_a_long_cell_is_cut(self) -> None:
        sheet = read_one(packed(pa.table({"x": ["y" * 50]})), Limits(cell_chars=10))
        assert (sheet.rows[1].cells, sheet.notes) == (["y" * 10], [Note("cell-too-long", 2, 0, "y" * 50, "50")])

    def test_batches_are_columns_of_text(self) -> None:
        raw = packed(pa.table({"n": range(120_000), "t": ["x"] * 120_000}), row_group_size=70_000)
        batches = list(parquet_batches(io.BytesIO(raw), "f", DEFAULTS))
        assert {batch.schema for batch in batches} == {pa.schema([("n", pa.string()), ("t", pa.string())])}
        assert max(batch.num_rows for batch in batches) <= 50_000
        assert pa.Table.from_batches(batches).column("n").to_pylist() == list(map(str, range(120_000)))
        [empty] = parquet_batches(io.BytesIO(packed(pa.table({"n": pa.array([], pa.int64())}))), "f", DEFAULTS)
        assert (empty.schema.names, empty.num_rows) == (["n"], 0)


class TestRefusals:
    @pytest.mark.parametrize(
        ("values", "word"),
        [
            (pa.array([["a"]]), "list"),
            (pa.array([{"a": 1}]), "struct"),
            (pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())), "map"),
            (pa.array([b"a"]), "binary"),
            (pa.array([b"a"], pa.binary(1)), "fixed_size_binary"),
            (pa.array([timedelta(1)]), "duration"),
            (pa.array([time(1)]), "time64"),
        ],
        ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
    )
    def test_a_type_that_no_cell_holds(self, values: pa.Array, word: str) -> None:
        message = refusal(packed(pa.table({"name": ["x"] * len(values), "start": values})))
        assert "'start'" in message
        assert word in message

    def test_what_is_too_large(self) -> None:
        raw = packed(pa.table({"a": ["x", "y"], "b": ["x" * 1000, "y" * 1000]}))
        assert "at most 2 rows" in refusal(raw, Limits(rows=2))
        assert "at most 1 are read" in refusal(raw, Limits(columns=1))
        assert "3 cells" in refusal(raw, Limits(cells=3))
        assert "unpack" in refusal(raw, Limits(unpacked_bytes=1000))
        assert "MB" in refusal(raw, Limits(file_bytes=100))
        assert len(read_one(raw, Limits(rows=3, columns=2, cells=4, unpacked_bytes=10_000)).rows) == 3

    def test_a_text_repeated_without_end(self) -> None:
        raw = packed(pa.table({"x": ["y" * 100_000] * 20_000}))
        assert len(raw) < 100_000  # the footer says nothing of the 2 GB that it stands for
        assert "unpack" in refusal(raw)

    def test_a_ratio_that_is_no_table(self) -> None:
        raw = packed(pa.table({"x": ["y" * 20_000_000]}), compression="zstd", use_dictionary=False)
        assert "times the size" in refusal(raw)
        assert len(read_one(raw, Limits(unpacked_ratio=100_000)).rows) == 2

    @pytest.mark.parametrize("claimed", [10**12, 5, -1])
    def test_a_footer_that_lies_about_rows(self, claimed: int) -> None:
        assert "sent.parquet" in refusal(forged(claimed))

    def test_more_rows_than_the_footer_tells(self) -> None:
        table = pa.table({"x": pa.array(range(100))})
        assert "at most 50 rows" in refusal(packed(table), Limits(rows=50))

    def test_two_columns_of_one_name(self) -> None:
        table = pa.Table.from_arrays([pa.array(["x"]), pa.array(["y"])], names=["a", "a"])
        assert "two columns" in refusal(packed(table))

    def test_bytes_that_are_no_text(self) -> None:
        bad = pa.array([b"caf\xe9"]).view(pa.string())
        assert "damaged" in refusal(packed(pa.table({"x": bad})))

    def test_a_file_cut_short(self) -> None:
        raw = packed(pa.table({"x": ["y"]}))
        assert "cut short" in refusal(raw[:-1])
        assert "cut short" in refusal(b"PAR1")
        assert "damaged" in refusal(b"PAR1" + bytes(20) + b"PAR1")
        assert "damaged" in refusal(raw[:20] + raw[30:])

    @settings(max_examples=200)
    @given(st.integers(min_value=0), st.integers(0, 255), st.integers(0, 5))
    def test_a_damaged_file_is_read_or_refused(self, place: int, byte: int, cut: int) -> None:
        table = pa.table({"a": ["x", "y", None] * 9, "b": pa.array(range(27)), "c": [0.5, None, 1.5] * 9})
        raw = bytearray(packed(table, compression="none"))
        place %= len(raw) - 8
        raw[4 + place : 4 + place + cut] = bytes([byte]) * cut
        try:
            read_one(bytes(raw))
        except UnreadableError as error:
            assert "sent.parquet" in str(error)


def forged(rows: int) -> bytes:
    """Write three rows into a file whose footer claims another number, in its own count and in the row group's."""
    raw = packed(pa.table({"x": pa.array([1, 2, 3])}), store_schema=False)
    size = int.from_bytes(raw[-8:-4], "little")
    body, footer = raw[: -8 - size], raw[-8 - size : -8]
    # Compact thrift: field 3 of the file's metadata and of the row group are 64-bit integers, as zigzag varints.
    told = b"\x16" + varint(3)
    assert footer.count(told) >= 2
    footer = footer.replace(told, b"\x16" + varint(rows))
    return body + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def varint(number: int) -> bytes:
    left = (number << 1) ^ (number >> 63)
    groups = []
    while True:
        groups.append(left & 127)
        left >>= 7
        if not left:
            return bytes([*(group | 128 for group in groups[:-1]), groups[-1]])
