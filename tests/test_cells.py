"""Guards the check of cells beyond one machine: pure, picklable, the same by partitions as in one piece.

Costs 8 s, most of it for two fresh processes. That a cell's verdict is right: test_judge.py, test_sieve.py,
test_table.py; keys over several rows: test_keys.py.
"""

import csv
import io
import pickle
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import create_model

from csodata.schema import read
from csodata.validation import validate_table
from csodata.validation.cells import CellCheck, Checked
from csodata.validation.keys import combined

Fault = tuple[int, str | None, str]
BEYOND_CELLS = {"duplicate-key", "duplicate-value", "duplicate-combination"}

SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "id", "type": "integer", "constraints": {"required": True, "maximum": 900}},
        {"name": "part", "type": "string", "constraints": {"pattern": "(?:[a-z]+)"}},
        {"name": "amount", "type": "number", "constraints": {"minimum": 0.5}},
        {"name": "open", "type": "boolean"},
        {"name": "day", "type": "date", "constraints": {"maximum": "2020-02-29"}},
        {"name": "forum", "type": "string", "constraints": {"enum": ["gfmd", "tana", "x\x1fy"]}},
        {"name": "edition", "type": "integer"},
        {"name": "url", "type": "string", "format": "uri"},
    ],
    "missingValues": ["", "-"],
    "primaryKey": ["id", "part"],
    "foreignKeys": [
        {"fields": ["forum", "edition"], "reference": {"resource": "editions", "fields": ["name", "year"]}},
        {"fields": ["amount"], "reference": {"resource": "amounts", "fields": ["amount"]}},
        {"fields": ["part"], "reference": {"resource": "absent", "fields": ["part"]}},
    ],
}
PARENTS: dict[str, list[dict[str, Any]]] = {
    "editions": [{"name": "gfmd", "year": 2019}, {"name": "tana", "year": "02020"}, {"name": None, "year": 1}],
    "amounts": [{"amount": amount} for amount in ("1.50", 2, 0.75, "NaN", "1e1", "none")],
}
CYCLES = [  # of different lengths, so that each cell meets each
    ["1", "007", "+7", "x", "", "901", "-", "12"],
    ["a", "b", "", "A", "c\n", "-"],
    ["1.5", "1.50", "2", "0.1", "NaN", "", "10", "0.750", "nan", "1,5"],
    ["true", "TRUE", "1", "yes", ""],
    ["2019-10-09", "2020-02-29", "2020-03-01", "2019-1-1", "", "2019-02-30"],
    ["gfmd", "tana", "", "x\x1fy", "cop", "gfmd", "-"],
    ["2019", "2020", "+2019", "", "2021", "2019", "1", "x", "02020"],
    ["https://example.org/a", "", "https:///a", "a b", "urn:x", "https://example.org", "https://example.org/%C3%A9"],
]
NAMES = [field["name"] for field in SCHEMA["fields"]]
ROWS = [[cycle[row % len(cycle)] for cycle in CYCLES] for row in range(400)]
for blank in (0, 63, 64, 130, 399):
    ROWS[blank] = [""] * len(NAMES)
ROWS[200] = ["-"] * len(NAMES)


def batch_of(rows: Sequence[Sequence[str | None]], names: Sequence[str] = NAMES) -> pa.RecordBatch:
    columns = [pa.array(list(column), pa.string()) for column in zip(*rows, strict=True)]
    return pa.RecordBatch.from_arrays(columns, names=list(names))


def faults(results: Iterable[Checked], lengths: Iterable[int]) -> list[Fault]:
    """Return what is wrong: the row in the whole table, as validate_table counts it, the field and the code."""
    found, before = [], 2
    for checked, length in zip(results, lengths, strict=True):
        found += [(before + row, each.field, each.code) for each in checked.found for row in each.rows.to_pylist()]
        before += length
    return sorted(found, key=str)


def told(schema: dict[str, Any], rows: Sequence[Sequence[str | None]], parents: Any) -> list[Fault]:
    """Return what validate_table says of the same rows, but for what it takes several rows to see."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([[field["name"] for field in schema["fields"]], *rows])
    report = validate_table(schema, text.getvalue().encode(), parents)
    problems = [each for each in report.problems if each.code not in BEYOND_CELLS and each.severity == "error"]
    # A composite foreign key has no one column there; here it is told at its first.
    told = (
        (each.row or 0, each.field or ("forum" if each.code == "unknown-reference" else None), each.code)
        for each in problems
    )
    return sorted(told, key=str)


def checked(schema: dict[str, Any], parents: Any, rows: Sequence[Sequence[str | None]]) -> list[Fault]:
    names = [field["name"] for field in schema["fields"]]
    return faults([CellCheck(read(schema), parents)(batch_of(rows, names))], [len(rows)])


# ---- by partitions, elsewhere


def test_partitions_in_other_processes_give_the_verdict_of_one_piece() -> None:
    check, whole = CellCheck(read(SCHEMA), PARENTS), batch_of(ROWS)
    lengths = [1, 63, 64, 65, 7, 200]
    starts = [sum(lengths[:index]) for index in range(len(lengths))]
    parts = [whole.slice(start, length) for start, length in zip(starts, lengths, strict=True)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        apart = list(pool.map(check, parts))
    together = check(whole)
    assert faults(apart, lengths) == faults([together], [len(ROWS)]) == told(SCHEMA, ROWS, PARENTS)
    assert {code for _, _, code in faults(apart, lengths)} >= {"blank-row", "missing-key", "unknown-reference"}
    keys = {name: [text for part in apart for text in part.keys[name].to_pylist()] for name in together.keys}
    assert keys == {name: texts.to_pylist() for name, texts in together.keys.items()}


def test_it_is_pure_and_survives_the_post() -> None:
    check, batch = CellCheck(read(SCHEMA), PARENTS), batch_of(ROWS)
    before = batch.to_pydict()
    first = faults([check(batch)], [len(ROWS)])
    sent = pickle.loads(pickle.dumps(check))  # after use too: what a judge remembers stays at home
    again = pickle.loads(pickle.dumps(sent))
    assert faults([check(batch)], [len(ROWS)]) == faults([sent(batch)], [len(ROWS)]) == first
    assert faults([again(batch)], [len(ROWS)]) == first
    assert batch.to_pydict() == before
    assert len(pickle.dumps(check)) < 10_000
    verdict = pickle.loads(pickle.dumps(check(batch)))  # and so does the answer
    assert faults([verdict], [len(ROWS)]) == first


@settings(max_examples=30)
@given(st.lists(st.tuples(*map(st.sampled_from, CYCLES)), min_size=1, max_size=8), st.integers(0, 8))
def test_any_cut_gives_the_same(rows: list[tuple[str, ...]], cut: int) -> None:
    check, whole = CellCheck(read(SCHEMA), PARENTS), batch_of(rows)
    cut = min(cut, len(rows))
    parts = [check(whole.slice(0, cut)), check(whole.slice(cut))]
    assert faults(parts, [cut, len(rows) - cut]) == faults([check(whole)], [len(rows)]) == told(SCHEMA, rows, PARENTS)


# ---- nulls, blanks and other columns


def test_nulls_and_empty_texts_are_the_same_empty_cells() -> None:
    check = CellCheck(read(SCHEMA), PARENTS)
    nulls = [[cell or None for cell in row] for row in ROWS]
    mixed = [
        [None if cell == "" and (row + index) % 2 else cell for index, cell in enumerate(cells)]
        for row, cells in enumerate(ROWS)
    ]
    texts = check(batch_of(ROWS))
    for rows in (nulls, mixed):
        other = check(batch_of(rows))
        assert faults([other], [len(rows)]) == faults([texts], [len(ROWS)])
        assert {name: column.to_pylist() for name, column in other.keys.items()} == {
            name: column.to_pylist() for name, column in texts.keys.items()
        }


def test_where_the_empty_text_is_a_value_a_null_is_none() -> None:
    """So a reader that gives null for the empty cell, as Spark does, is right only where the empty text is missing."""
    fields = [{"name": "a", "type": "string", "constraints": {"required": True}}, {"name": "b", "type": "string"}]
    rows: list[list[str | None]] = [["", "x"], ["x", "x"], [None, "x"], ["-", "x"]]
    found = checked({"fields": fields, "missingValues": ["-"]}, {}, rows)
    assert found == [(4, "a", "missing-value"), (5, "a", "missing-value")]


TWO = {"fields": [{"name": "a", "type": "integer", "constraints": {"required": True}}, {"name": "b", "type": "string"}]}


def test_columns_of_other_names_are_passed_over() -> None:
    check = CellCheck(read(TWO))
    batch = batch_of([["x", "n", "one"], ["1", "", ""], ["", "", ""], ["", "", "7"]], ["a", "z", "b"])
    assert faults([check(batch)], [4]) == [(2, "a", "wrong-type"), (4, None, "blank-row"), (5, "a", "missing-value")]
    only = batch_of([["x"], [""]], ["b"])  # a required column that is not there is no fault of a row
    assert faults([check(only)], [2]) == [(3, None, "blank-row")]
    # A cell in a column of another name keeps a row from being blank: pass the columns of the table alone.
    beside = batch_of([["", "", "id-1"]], ["a", "b", "row"])
    assert faults([check(beside)], [1]) == [(2, "a", "missing-value")]
    assert faults([check(batch.slice(0, 0))], [0]) == []


def test_columns_of_other_types_are_passed_over() -> None:
    batch = pa.RecordBatch.from_arrays([pa.array([1, 2]), pa.array(["", "x"])], names=["row", "a"])
    assert faults([CellCheck(read(TWO))(batch)], [2]) == [(2, "a", "missing-value"), (3, "a", "wrong-type")]


TEXTS = """
import pyarrow as pa
from csodata.schema import read
from csodata.validation.cells import CellCheck
check = CellCheck(read({"fields": [{"name": "a", "type": "integer"}, {"name": "b", "type": "string"}]}))
for kind in (pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())):
    cells = pa.array(["x", "", "3", None]).cast(kind)
    found = check(pa.RecordBatch.from_arrays([cells, cells], names=["a", "b"])).found
    assert [(each.code, each.rows.to_pylist()) for each in found] == [("wrong-type", [0]), ("blank-row", [1, 3])]
"""


def test_other_texts_of_arrow_are_texts() -> None:
    assert subprocess.run([sys.executable, "-c", TEXTS], capture_output=True, timeout=60).returncode == 0


# ---- keys in one spelling


def spelled(type_: str, cells: list[str | None], missing: Sequence[str] = ("",)) -> list[str | None]:
    schema = {"fields": [{"name": "a", "type": type_}], "primaryKey": ["a"], "missingValues": list(missing)}
    texts: list[str | None] = CellCheck(read(schema))(batch_of([[cell] for cell in cells], ["a"])).keys["a"].to_pylist()
    return texts


@pytest.mark.parametrize(
    ("type_", "alike"),
    [
        ("integer", [["7", "007", "+7", " 7 "], ["0", "-0", "+0", "000"], ["-7", "-07"], ["9" * 30, "+" + "9" * 30]]),
        ("number", [["1.5", "1.50", "+1.5", "15e-1", "01.5"], ["0", "-0", "0.0", ".0", "0e9"], ["10", "1e1", "10.0"]]),
        ("number", [["INF", "inf", "Infinity"], ["-INF"], ["1e400", "10e399"], ["0.1"], ["0.10000000000000001"]]),
        ("boolean", [["true", "True", "TRUE", "1"], ["false", "0"]]),
        ("date", [["2019-10-09"], ["2019-10-10"]]),
        ("string", [["7"], ["007"], ["true"], ["True"], [" 7"], ["é"], ["e\u0301"]]),
    ],
)
def test_equal_values_have_one_spelling(type_: str, alike: list[list[str]]) -> None:
    texts = spelled(type_, [cell for group in alike for cell in group])
    assert None not in texts
    groups = iter(texts)
    found = [{next(groups) for _ in group} for group in alike]
    assert [len(group) for group in found] == [1] * len(alike)
    assert len(set().union(*found)) == len(alike)


def test_what_is_no_value_is_no_key() -> None:
    assert spelled("integer", ["x", "", None, "1.0", "-", "7"], ["", "-"]) == [None] * 5 + ["7"]
    assert spelled("string", ["x", "", None, "-"], ["", "-"]) == ["x", None, None, None]
    assert spelled("date", ["2019-1-1", "2019-02-30"]) == [None, None]


def test_a_key_that_lacks_a_part_is_told_at_the_part() -> None:
    schema = TWO | {"primaryKey": ["a", "b"]}
    rows = [["1", "x"], ["1", ""], ["", "x"], ["", ""], ["y", "x"]]
    found = checked(schema, {}, rows)
    assert found == told(schema, rows, {})
    assert [fault for fault in found if fault[2] == "missing-key"] == [
        (3, "b", "missing-key"),
        (4, "a", "missing-key"),
        (5, "a", "missing-key"),
        (6, "a", "missing-key"),
    ]


# ---- parents


def refer(*types: str) -> dict[str, Any]:
    """Return a schema whose columns together point to another table."""
    fields = [{"name": f"a{index}", "type": type_} for index, type_ in enumerate(types)]
    names, targets = [field["name"] for field in fields], [f"k{index}" for index in range(len(types))]
    return {"fields": fields, "foreignKeys": [{"fields": names, "reference": {"resource": "p", "fields": targets}}]}


def unknown(schema: dict[str, Any], parents: Any, rows: Sequence[Sequence[str | None]]) -> list[int]:
    return [row - 2 for row, _, code in checked(schema, parents, rows) if code == "unknown-reference"]


@pytest.mark.parametrize("form", ["list", "tuple", "generator", "arrow", "polars", "named rows", "models"])
def test_parents_in_each_form(form: str) -> None:
    rows: list[dict[str, Any]] = [{"k0": 1, "k1": "x"}, {"k0": 2, "k1": None}]
    model = create_model("Parent", k0=(int, ...), k1=(str | None, ...))
    forms: dict[str, Any] = {
        "list": rows,
        "tuple": tuple(rows),
        "generator": (row for row in rows),
        "arrow": pa.Table.from_pylist(rows).to_pylist(),
        "polars": pl.DataFrame(rows).to_dicts(),
        "named rows": pl.DataFrame(rows).iter_rows(named=True),
        "models": [model(**row).model_dump() for row in rows],
    }
    cells = [["01", "x"], ["2", ""], ["1", ""], ["3", "x"], ["", ""]]
    assert unknown(refer("integer", "string"), {"p": forms[form]}, cells) == [2, 3]


@pytest.mark.parametrize(
    ("type_", "parents", "cells", "expected"),
    [
        ("integer", [7, "+8"], ["007", "7", "+7", "8", "9", ""], [4]),
        ("number", ["1.50", 2, 0.75], ["1.5", "150e-2", "2.0", ".75", "1.51"], [4]),
        ("number", ["NaN", float("nan")], ["NaN", "nan"], [0, 1]),  # equal to nothing
        ("boolean", [True], ["true", "True", "1", "false", "0"], [3, 4]),
        ("date", ["2019-10-09"], ["2019-10-09", "2019-10-10"], [1]),
        ("integer", ["seven", None, ""], ["7", ""], [0]),  # what is no value of the column answers to no key
        ("string", [], ["x", ""], [0]),
    ],
)
def test_parents_are_read_as_the_column_that_points_to_them(
    type_: str, parents: list[Any], cells: list[str], expected: list[int]
) -> None:
    assert unknown(refer(type_), {"p": [{"k0": value} for value in parents]}, [[cell] for cell in cells]) == expected


def test_a_table_that_is_not_there_is_not_asked() -> None:
    assert unknown(refer("string"), {}, [["x"]]) == []
    assert unknown(refer("string"), None, [["x"]]) == []
    assert unknown(refer("string"), {"p": [{"other": "x"}]}, [["x"], [""]]) == [0]


PARTS = st.one_of(st.none(), st.text("a0s\\\x1f", min_size=1, max_size=4))
PAIRS = st.lists(st.tuples(PARTS, PARTS), min_size=1, max_size=6)


@given(PAIRS, PAIRS)
def test_composite_keys_are_compared_part_by_part(above: list[tuple[Any, Any]], below: list[tuple[Any, Any]]) -> None:
    parents = {"p": [{"k0": first, "k1": second} for first, second in above]}
    expected = [index for index, pair in enumerate(below) if pair != (None, None) and pair not in above]
    assert unknown(refer("string", "string"), parents, below) == expected


@given(st.lists(st.tuples(PARTS, PARTS, PARTS), min_size=1, max_size=6))
def test_the_text_of_a_composite_key_is_its_own(rows: list[tuple[Any, ...]]) -> None:
    parts = [pa.array(list(column), pa.string()) for column in zip(*rows, strict=True)]
    texts = combined(parts).to_pylist()
    assert len(set(texts)) == len(set(rows))
    assert [text is None for text in texts] == [set(row) == {None} for row in rows]
    assert [text is None for text in combined(parts, whole=True).to_pylist()] == [None in row for row in rows]
