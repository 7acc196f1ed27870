"""Guards `validate_table`: what frictionless refuses we refuse, at the same row and field, and nothing else but what
docs/strictness.md lists.

Costs about 10 s: 250 drawn schemas and tables, each checked by frictionless too.
"""

import io
import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import ROOT
from frictionless import Dialect, Package, Resource, Schema, formats
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from pydantic import create_model

from csodata.errors import CsodataError, UnreadableError
from csodata.reading import Limits
from csodata.report import Report
from csodata.validation import frictionless_types, validate_table

Place = tuple[Any, ...]
CELL_ERRORS = ("type-error", "constraint-error", "unique-error", "missing-cell", "extra-cell")

# ---- what frictionless and we say


def theirs(schema: dict[str, Any], content: bytes, tables: dict[str, list[dict[str, Any]]], folder: Path) -> set[Place]:
    """Return what frictionless refuses: type and row, and the field of a cell."""
    (folder / "t.csv").write_bytes(content)
    # Every property is stated: what is left open, frictionless guesses from the file.
    control = formats.CsvControl(delimiter=",", quote_char='"', skip_initial_space=False, line_terminator="\n")
    dialect = Dialect(header=True, controls=[control])
    checked = Resource(name="t", path="t.csv", schema=described(schema), encoding="utf-8", dialect=dialect)
    types = {key["reference"]["resource"]: key for key in schema.get("foreignKeys", [])}
    by_name = {each["name"]: each for each in schema["fields"]}
    others = []
    for name, rows in tables.items():
        pairs = zip(types[name]["reference"]["fields"], types[name]["fields"], strict=True)
        fields = [{"name": target, "type": by_name[column]["type"]} for target, column in pairs]
        names = [each["name"] for each in fields]
        data = [names, *([row[name] for name in names] for row in rows)]
        others.append(
            Resource(
                name=name, data=data, schema=described({"fields": fields, "missingValues": schema["missingValues"]})
            )
        )
    package = Package(resources=[checked, *others], basepath=str(folder))
    report = package.get_resource("t").validate(limit_errors=100_000)
    assert not report.errors or not report.tasks  # nothing was said about the package alone
    places: set[Place] = set()
    for error in report.tasks[0].errors:
        row = getattr(error, "row_number", None) or (1 if hasattr(error, "row_numbers") else None)
        column = getattr(error, "field_name", None)
        # Beneath a heading that the schema does not know, frictionless takes the heading for a field.
        places.add(place(error.type, row, column if column in by_name else None))
    return places


def described(schema: dict[str, Any]) -> Schema:
    return Schema.from_descriptor(json.loads(json.dumps(schema)))


def place(kind: str, row: int | None, column: str | None) -> Place:
    return (kind, row, column) if kind in CELL_ERRORS else (kind, row)


def ours(report: Report) -> set[Place]:
    """Return what we refuse, in frictionless's words; what it has no word for is left out."""
    types = frictionless_types()
    found = (problem for problem in report.problems if problem.severity == "error" and problem.code in types)
    return {place(types[problem.code], problem.row, problem.field) for problem in found}


# ---- schemas and tables

UUID = "0a7b3c7e-6c0b-4c4e-9c33-9f9f3a4b1c2d"
CELLS: dict[str, tuple[list[str], list[str]]] = {  # by type or format: right and wrong
    "string": (["a", "b", "ab", "Ä", " a ", "x,y", 'q"q', "two\nlines", "1", "-"], []),
    "uri": (["https://example.org/a", "urn:isbn:1", "ftp://example.org"], ["example.org", "x"]),
    "email": (["a@example.org", "b.c@example.org"], ["a@", "example.org", "a b@example.org"]),
    "uuid": ([UUID, UUID.upper(), UUID.replace("-", ""), f"{{{UUID}}}"], ["x", UUID[:-1]]),
    "integer": (["1", "2", "10", "-3", "+4", "007", " 5 ", "0", "9" * 30], ["1.0", "1e3", "x", "0x1F", "- 1", "1 2"]),
    "number": (
        ["1", "1.5", "1.50", "-2", ".5", "5.", "1e3", "1E400", "INF", "-inf"],
        ["x", "1,5", "1.5.2", "1e", "$1"],
    ),
    "boolean": (["true", "True", "TRUE", "1", "false", "False", "FALSE", "0"], ["yes", "T", " true", "tRUE", "2"]),
    "date": (["2019-10-09", "2020-02-29", "0001-01-01", "9999-12-31"], ["2019-02-30", "2019-10", "9.10.2019", "x"]),
}
BOUNDS = {"integer": [0, 2, 10], "number": [0, 1.5, 10], "date": ["2019-10-09", "2020-02-29"]}
ENUMS: dict[str, list[Any]] = {
    "string": ["a", "b", " a ", "x,y"],
    "integer": [1, 2, 10],
    "number": [1, 1.5, 1000],
    "boolean": [True],
    "date": ["2019-10-09", "2020-02-29"],
}
PATTERNS = ["(?:[a-z]+)", "(?:a|b)", "(?:.{1,3})", "(?:[^,]*)", "(?:https?://.+)"]


@dataclass
class Case:
    schema: dict[str, Any]
    lines: list[list[str]]
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        return "".join(",".join(map(quoted, cells)) + "\n" for cells in self.lines).encode()


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if re.search(r'[,"\n\r]', cell) else cell


@st.composite
def fields(draw: st.DrawFn, name: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(CELLS)))
    made: dict[str, Any] = {"name": name, "type": kind if kind in ENUMS else "string"}
    if kind not in ENUMS:
        made["format"] = kind
    constraints: dict[str, Any] = {key: True for key in ("required", "unique") if draw(st.integers(0, 3)) == 0}
    if kind in BOUNDS and draw(st.booleans()):
        constraints |= {
            key: draw(st.sampled_from(BOUNDS[kind])) for key in draw(st.sampled_from([["minimum"], ["maximum"]]))
        }
    if made["type"] == "string" and draw(st.booleans()):
        constraints |= draw(
            st.sampled_from([{"minLength": 2}, {"maxLength": 1}, *({"pattern": pattern} for pattern in PATTERNS)])
        )
    if kind in ENUMS and draw(st.integers(0, 2)) == 0:
        constraints["enum"] = draw(st.lists(st.sampled_from(ENUMS[kind]), min_size=1, unique=True))
    return made | {"constraints": constraints}


def cells(made: dict[str, Any]) -> st.SearchStrategy[str]:
    right, wrong = CELLS[made.get("format", made["type"])]
    return st.sampled_from([*right, *right, *right, *wrong, ""])


@st.composite
def cases(draw: st.DrawFn) -> Case:
    names = "abcd"[: draw(st.integers(1, 4))]
    columns = [draw(fields(name)) for name in names]
    schema: dict[str, Any] = {
        "fields": columns,
        "missingValues": draw(st.sampled_from([[""], ["", "-"], ["", "1", "x"]])),
    }
    if draw(st.booleans()):
        schema["primaryKey"] = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
    tables: dict[str, list[dict[str, Any]]] = {}
    schema["foreignKeys"] = []
    if len(names) > 1 and draw(st.booleans()):
        columns[1] = columns[0] | {"name": "b", "constraints": {}}
        schema["foreignKeys"].append({"fields": ["b"], "reference": {"resource": "", "fields": ["a"]}})
    if draw(st.booleans()):
        key = draw(st.lists(st.sampled_from(columns), min_size=1, max_size=2, unique_by=lambda made: made["name"]))
        targets = [f"t{made['name']}" for made in key]
        row = st.fixed_dictionaries(
            {t: st.sampled_from(CELLS[made["type"]][0]) for t, made in zip(targets, key, strict=True)}
        )
        tables["other"] = draw(st.lists(row, max_size=3))
        schema["foreignKeys"].append(
            {"fields": [made["name"] for made in key], "reference": {"resource": "other", "fields": targets}}
        )
    rows = draw(st.lists(st.tuples(*map(cells, columns)).map(list), max_size=7))
    rows += [list(row) for row in draw(st.lists(st.sampled_from(rows), max_size=2))] if rows else []  # duplicates
    for row in rows:
        fault = draw(st.sampled_from(["short", "long", "blank", "commas", *["none"] * 8]))
        if fault == "short":
            row.pop()
        elif fault == "long":
            row += draw(st.sampled_from([["x"], [""], ["x", "y"]]))
        elif fault in ("blank", "commas"):
            row[:] = [] if fault == "blank" else [""] * len(names)
    heading = list(names)
    fault = draw(
        st.sampled_from(["renamed", "blank", "duplicate", "missing", "extra", "swapped", "padded", *["none"] * 8])
    )
    index = draw(st.integers(0, len(names) - 1))
    if fault in ("renamed", "padded"):
        heading[index] = "z" if fault == "renamed" else f" {heading[index]} "
    elif fault == "blank" and len(names) > 1:
        heading[index] = ""
    elif fault == "duplicate":
        heading[index] = heading[0]
    elif fault == "missing" and len(names) > 1:
        heading.pop(index)
    elif fault == "extra":
        heading += draw(st.sampled_from([["z"], [""], ["a"], ["y", "z"]]))
    elif fault == "swapped":
        heading.reverse()
    return Case(schema, [heading, *rows], tables)


@settings(max_examples=250, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(cases())
def test_the_same_as_frictionless(tmp_path_factory: pytest.TempPathFactory, case: Case) -> None:
    folder = tmp_path_factory.getbasetemp()
    report = validate_table(case.schema, case.content, case.tables)
    refused, expected = ours(report), theirs(case.schema, case.content, case.tables, folder)
    key = case.schema.get("primaryKey", [])
    if len(key) > 1:  # stricter: a part of a composite key that is empty
        refused -= {
            ("primary-key", problem.row) for problem in report.problems if problem.code == "missing-key"
        } - expected
    assert refused == expected


# ---- stricter than frictionless, each as docs/strictness.md lists it


def one(type_: str, format_: str = "default", **constraints: Any) -> dict[str, Any]:
    column = {"name": "a", "type": type_, "format": format_, "constraints": constraints}
    return {"fields": [column, {"name": "b", "type": "string"}], "missingValues": [""]}


STRICTER: dict[str, tuple[dict[str, Any], str, str]] = {
    "underscore in a number": (one("integer"), "a,b\n1_000,x\n", "wrong-type"),
    "digits of another script": (one("number"), "a,b\n١٢,x\n", "wrong-type"),
    "signalling NaN": (one("number"), "a,b\nsNaN,x\n", "wrong-type"),
    "date without leading zeros": (one("date"), "a,b\n2019-1-1,x\n", "wrong-type"),
    "date with digits of another script": (one("date"), "a,b\n٢٠١٩-10-09,x\n", "wrong-type"),
    "blank in a uri": (one("string", "uri"), "a,b\nhttps://example.org/a b,x\n", "wrong-type"),
    "http uri without a host": (one("string", "uri"), "a,b\nhttps:///a,x\n", "wrong-type"),
    "pattern met by a part of the cell": (one("string", pattern="cat|dog"), "a,b\ncatalog,x\n", "wrong-pattern"),
    "line break after the pattern": (one("string", pattern="(?:cat)"), 'a,b\n"cat\n",x\n', "wrong-pattern"),
    "empty part of a primary key": (one("string") | {"primaryKey": ["a", "b"]}, "a,b\n,x\n", "missing-key"),
    "unique keys": (one("string") | {"uniqueKeys": [["a", "b"]]}, "a,b\n1,x\n1,x\n", "duplicate-combination"),
    "blank heading line": (one("string"), "\n1,x\n", "missing-heading"),
    "quotation mark that is never closed": (one("string"), 'a,b\nx,"cat', "unclosed-quote"),
    "misspelt key in a schema": (one("string") | {"primarykey": ["a"]}, "a,b\n1,x\n", "bad-schema"),
}


@pytest.mark.parametrize(("what", "case"), STRICTER.items(), ids=STRICTER)
def test_stricter_than_frictionless(tmp_path: Path, what: str, case: tuple[dict[str, Any], str, str]) -> None:
    schema, content, code = case
    assert theirs(schema, content.encode(), {}, tmp_path) == set(), "frictionless has become as strict: drop the line"
    assert validate_table(schema, content.encode()).counts.by_code == {code: 1}


def test_the_document_lists_what_is_stricter() -> None:
    lines = (ROOT / "docs" / "strictness.md").read_text(encoding="utf-8").splitlines()
    rows = [re.split(r"(?<!\\)\|", line) for line in lines if line.startswith("| ")][1:]
    assert [(row[1].strip(), row[4].strip(" `")) for row in rows] == [
        (what, case[2]) for what, case in STRICTER.items()
    ]


@pytest.mark.parametrize("bound", [{"minimum": 1}, {"enum": [1, 2]}])
def test_a_surprise_in_a_cell_is_a_fault_of_that_cell(bound: dict[str, Any]) -> None:
    report = validate_table(one("number", **bound), b"a,b\n1,x\nsNaN,x\n2,x\n")
    assert [(problem.code, problem.place) for problem in report.problems] == [("wrong-type", "A3")]


@pytest.mark.parametrize("cells", ["NaN", "nan", "NaN1"])
def test_nan_is_equal_to_nothing(tmp_path: Path, cells: str) -> None:
    schema = one("number", unique=True)
    schema["foreignKeys"] = [{"fields": ["a"], "reference": {"resource": "other", "fields": ["x"]}}]
    content, tables = f"a,b\n{cells},1\n{cells},2\n".encode(), {"other": [{"x": cells}]}
    expected = {("foreign-key", 2), ("foreign-key", 3)}
    assert ours(validate_table(schema, content, tables)) == theirs(schema, content, tables, tmp_path) == expected


# ---- schemas that cannot be used, sources, places


@pytest.mark.parametrize(
    ("schema", "word"),
    [
        (one("text"), "type"),
        (one("list"), "type"),
        (one("string", patern="x"), "patern"),
        (one("string", pattern="(?:["), "regular expression"),
        (one("integer", pattern="x"), "pattern"),
        (one("integer", minimum="x"), "minimum"),
        (one("date", maximum="2019-13-01"), "maximum"),
        (one("integer", enum=[1, "x"]), "enum"),
        (one("string", minLength=-1), "minLength"),
        (one("string", minLength="2"), "minLength"),
        (one("string", required="yes"), "required"),
        (one("string", "binary"), "binary"),
        (one("date", "%d.%m.%Y"), "%d.%m.%Y"),
        (one("string") | {"primaryKey": ["z"]}, "primaryKey"),
        (one("string") | {"foreignKeys": [{"fields": ["z"], "reference": {"resource": "", "fields": ["a"]}}]}, "'z'"),
        (one("string") | {"foreignKeys": [{"fields": ["a"], "reference": {"resource": "", "fields": ["z"]}}]}, "'z'"),
        (one("string") | {"foreignKeys": [{"fields": ["a"]}]}, "reference"),
        (one("string") | {"fieldsMatch": "subset"}, "fieldsMatch"),
        ({"fields": [{"name": "a", "type": "string"}] * 2}, "twice"),
        ({"fields": []}, "fields"),
        ({"fields": "a"}, "fields"),
        ({"fields": [None]}, "fields"),
        ({}, "fields"),
    ],
)
def test_a_schema_that_cannot_be_used_is_one_problem(schema: dict[str, Any], word: str) -> None:
    report = validate_table(schema, b"a,b\n1,2\n")
    assert [problem.code for problem in report.problems] == ["bad-schema"]
    assert word in report.problems[0].message
    assert not report.valid


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '"a"', "{" * 100_000, '{"fields": NaN}', "\0"])
def test_a_schema_file_that_is_no_schema_is_one_problem(tmp_path: Path, content: str) -> None:
    path = tmp_path / "schema.json"
    path.write_text(content, encoding="utf-8")
    [problem] = validate_table(path, b"a\n1\n").problems
    assert (problem.code, problem.file) == ("bad-schema", str(path))
    [problem] = validate_table(tmp_path / "none.json", b"a\n1\n").problems
    assert problem.code == "bad-schema"


def test_a_source_is_a_path_bytes_or_a_stream(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\nx,1\n")
    reports = [
        validate_table(one("integer"), source) for source in (path, str(path), path.read_bytes(), path.open("rb"))
    ]
    assert [[(p.code, p.place) for p in report.problems] for report in reports] == [[("wrong-type", "A2")]] * 4
    assert [report.problems[0].file for report in reports] == [str(path), str(path), "the table", "the table"]
    with pytest.raises(UnreadableError, match="no such file"):
        validate_table(one("integer"), tmp_path / "none.csv")


def test_rows_count_records_and_lines_count_lines() -> None:
    report = validate_table(one("integer"), b'a,b\n\n1,"two\nlines"\nx,"\n\n"\ny,1\n')
    assert [(p.code, p.row, p.line) for p in report.problems] == [
        ("blank-row", 2, 2),
        ("wrong-type", 4, 5),
        ("wrong-type", 5, 8),
    ]


def test_a_foreign_key_without_its_table_is_a_warning() -> None:
    key = {"fields": ["b"], "reference": {"resource": "other", "fields": ["x"]}}
    report = validate_table(one("string") | {"foreignKeys": [key]}, b"a,b\n1,2\n3,4\n")
    assert [(p.code, p.severity, p.field) for p in report.problems] == [("unchecked-reference", "warning", "b")]
    assert report.valid
    assert validate_table(one("string") | {"foreignKeys": [key]}, b"a,b\n1,2\n", {"other": [{"x": "2"}]}).problems == []


def test_typed_rows_of_other_tables_are_read_as_the_columns_that_point_to_them() -> None:
    schema = one("integer") | {"foreignKeys": [{"fields": ["a"], "reference": {"resource": "other", "fields": ["x"]}}]}
    for row in ({"x": 1}, {"x": "1"}, {"x": "+1"}):
        assert validate_table(schema, b"a,b\n01,x\n", {"other": [row]}).problems == []
    for row in ({"x": 2}, {"x": None}, {}, {"x": "one"}):
        assert set(validate_table(schema, b"a,b\n01,x\n", {"other": [row]}).counts.by_code) == {"unknown-reference"}


PARENTED = {
    "fields": [{"name": "a", "type": "string"}],
    "foreignKeys": [{"fields": ["a"], "reference": {"resource": "p", "fields": ["k"]}}],
}


@pytest.mark.parametrize("form", ["rows", "arrow", "polars", "models"])
def test_tables_for_foreign_keys_in_each_form_that_load_gives(form: str) -> None:
    rows = [{"k": "x"}]
    model = create_model("P", k=(str, ...))
    tables = {"rows": rows, "arrow": pa.Table.from_pylist(rows), "polars": pl.DataFrame(rows), "models": [model(k="x")]}
    report = validate_table(PARENTED, b"a\nx\ny\n", {"p": tables[form]})
    assert [(problem.code, problem.row) for problem in report.problems] == [("unknown-reference", 3)]


def test_what_is_no_table_or_no_source_is_a_sentence() -> None:
    with pytest.raises(CsodataError, match="rows of 'p'"):
        validate_table(PARENTED, b"a\nx\n", {"p": [1]})  # type: ignore[list-item]
    with pytest.raises(CsodataError, match="binary"):
        validate_table(PARENTED, io.StringIO("a"))  # type: ignore[arg-type]
    assert validate_table(PARENTED, bytearray(b"a\n")).valid  # type: ignore[arg-type]


def test_a_cell_that_is_too_long_is_told_with_its_length() -> None:
    report = validate_table(one("string"), "a,b\nxé,y\nabcé,z\n".encode(), limits=Limits(cell_chars=3))
    assert [(problem.code, problem.place) for problem in report.problems] == [("cell-too-long", "A3")]
    assert "has 4 characters" in report.problems[0].message


def test_more_rows_than_the_limit_are_refused() -> None:
    assert validate_table(one("string"), b"a,b\nx,y\nx,y\n", limits=Limits(rows=2)).valid
    with pytest.raises(UnreadableError, match="more than 1 rows"):
        validate_table(one("string"), b"a,b\nx,y\nx,y\n", limits=Limits(rows=1))


@pytest.mark.parametrize("form", ["xlsx", "parquet"])
def test_a_workbook_and_parquet_are_read_too(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"t.{form}"
    if form == "xlsx":
        book = Workbook()
        for row in (["a", "b"], [1, "x"], ["x", "y"], [None, None]):
            book.active.append(row)
        book.save(path)
    else:
        pq.write_table(pa.table({"a": ["1", "x", None], "b": ["x", "y", None]}), path)
    report = validate_table(one("integer"), path)
    told = [(problem.code, problem.place, problem.line) for problem in report.problems]
    assert told == [("wrong-type", "A3", None)] + [("blank-row", "row 4", None)] * (form == "parquet")


def test_a_clean_table_never_imports_frictionless(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,2019-10-09\n,2020-02-29\n", encoding="utf-8")
    script = (
        "import sys; from csodata.validation import validate_table\n"
        "fields = [{'name': 'a', 'type': 'integer'}, {'name': 'b', 'type': 'date'}]\n"
        f"report = validate_table({{'fields': fields, 'primaryKey': ['b']}}, {str(path)!r})\n"
        "assert report.valid and report.counts.rows == 2\n"
        "print(*sorted({'frictionless', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == ""


def test_a_workbook_is_held_in_memory_up_to_a_limit(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "t.xlsx")
    with pytest.raises(UnreadableError, match="more than 0 MB"):
        validate_table(one("string"), tmp_path / "t.xlsx", limits=Limits(held_bytes=1000))
    assert not validate_table(one("string"), tmp_path / "t.xlsx", limits=Limits(held_bytes=10**12)).valid
