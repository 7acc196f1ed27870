"""Guards `validate_table`: what frictionless refuses we refuse, at the same row and field, and nothing else but what
docs/strictness.md lists.

Costs about 15 s: two hundred drawn schemas and tables, each checked by frictionless too.
"""

import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from frictionless import Dialect, Package, Resource, Schema, formats
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csodata.errors import UnreadableError
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
        others.append(Resource(name=name, data=data, schema=described({"fields": fields})))
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
