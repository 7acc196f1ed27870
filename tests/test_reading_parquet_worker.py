"""Guards what the child that reads Parquet makes of a file: each type becomes its text, and no footer is believed.

Costs about 2 s: small files in memory, some of them forged; none that could end the process.
"""

import io
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csodata.errors import UnreadableError
from csodata.reading import Limits
from csodata.reading.parquet_worker import text_batches

DEFAULTS = Limits()
TEXT = st.none() | st.text(st.characters(codec="utf-8"), max_size=8)


def packed(table: pa.Table, **options: Any) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream, **options)
    return stream.getvalue()


def cells(raw: bytes, limits: Limits = DEFAULTS) -> list[list[str]]:
    table = pa.Table.from_batches(text_batches(raw, limits))
    return [list(row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]


def texts(values: pa.Array) -> list[str]:
    return [row[0] for row in cells(packed(pa.table({"x": values})))]


def refusal(raw: bytes, limits: Limits = DEFAULTS) -> str:
    with pytest.raises(UnreadableError) as caught:
        cells(raw, limits)
    return str(caught.value)


class TestCells:
    @given(st.lists(st.tuples(TEXT, TEXT), max_size=20), st.integers(1, 7))
    def test_any_texts_read_back(self, rows: list[tuple[str | None, str | None]], group: int) -> None:
        table = pa.table({name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate("ab")})
        found = cells(packed(table, row_group_size=group))
        assert found == [[cell or "" for cell in row] for row in rows]

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
        assert len(cells(raw, Limits(rows=3, columns=2, cells=4, unpacked_bytes=10_000))) == 2

    def test_a_text_repeated_without_end(self) -> None:
        raw = packed(
            pa.table({"x": pa.DictionaryArray.from_arrays(pa.nulls(20_000, pa.int32()).fill_null(0), ["y" * 100_000])})
        )
        assert len(raw) < 100_000  # the footer says nothing of the 2 GB that it stands for
        assert "unpack" in refusal(raw)

    def test_a_ratio_that_is_no_table(self) -> None:
        raw = packed(pa.table({"x": ["y" * 20_000_000]}), compression="zstd", use_dictionary=False)
        assert "times the size" in refusal(raw)
        assert len(cells(raw, Limits(unpacked_ratio=100_000))) == 1

    @pytest.mark.parametrize("claimed", [10**12, 5, -1])
    def test_a_footer_that_lies_about_rows(self, claimed: int) -> None:
        assert "rows" in refusal(forged(claimed))

    def test_more_rows_than_the_footer_tells(self) -> None:
        table = pa.table({"x": pa.array(range(100))})
        assert "at most 50 rows" in refusal(packed(table), Limits(rows=50))

    def test_two_columns_of_one_name(self) -> None:
        table = pa.Table.from_arrays([pa.array(["x"]), pa.array(["y"])], names=["a", "a"])
        assert "two columns" in refusal(packed(table))


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
