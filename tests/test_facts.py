"""Guards the verdicts that the tests of other Table Schema and CSV readers pin (tests/facts/*.toml): csodata gives
them, and so does frictionless, but for what docs/strictness.md lists.

Costs about 6 s: each column of cells.toml and each text of tables.toml is checked by frictionless once.
"""

import csv
import io
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from conftest import HERE
from frictionless import FrictionlessException
from test_table import STRICTER, described, ours, place, quoted, theirs

from csodata.report import Problem
from csodata.validation import frictionless_types, validate_table

Descriptor = dict[str, Any]

FILES = {
    name: tomllib.loads((HERE / "facts" / f"{name}.toml").read_text("utf-8")) for name in ("cells", "schemas", "tables")
}
STRICTER_CODES = {what: code for what, (_, _, code) in STRICTER.items()} | {"portable subset": "bad-schema"}
TYPES = frictionless_types()
# What csodata does not refuse though frictionless does, with the reason. A stale entry fails.
# ---- cells


def label(column: Descriptor) -> str:
    """Return the column as a test's name."""
    about = {key: column[key] for key in ("constraints", "missing") if key in column}
    return " ".join([column["type"], column.get("format", ""), json.dumps(about, ensure_ascii=False) if about else ""])


@pytest.mark.parametrize("column", FILES["cells"]["field"], ids=label)
def test_cells(tmp_path: Path, column: Descriptor) -> None:
    # A second column, so that a row with an empty cell is not blank.
    fields = [{"name": "a"} | {k: v for k, v in column.items() if k not in ("missing", "cells")}, made("b", "string")]
    schema = {"fields": fields, "missingValues": column.get("missing", [""])}
    facts = {row: (cell, codes.split(), *more) for row, (cell, codes, _, *more) in enumerate(column["cells"], 2)}
    content = "".join(["a,b\n", *(f"{quoted(cell)},x\n" for cell, *_ in facts.values())]).encode()
    found: dict[str, list[str]] = {f"A{row}": [] for row in facts}
    for problem in validate_table(schema, content).problems:
        found.setdefault(problem.place, []).append(problem.code)
    cells = {f"A{row}": cell for row, (cell, *_) in facts.items()}
    said = {cells.get(at, at): codes for at, codes in found.items()}
    assert said == {cell: codes for cell, codes, *_ in facts.values()}
    assert all(codes == [STRICTER_CODES[what]] for _, codes, *more in facts.values() for what in more)
    expected = {place(TYPES[code], row, "a") for row, (_, codes, *more) in facts.items() if not more for code in codes}
    assert theirs(schema, content, {}, tmp_path) == expected


# ---- whole tables


def made(name: str, about: str | Descriptor) -> Descriptor:
    """Return a field: its type alone, or all that is said of it."""
    return {"name": name, "type": about} if isinstance(about, str) else {"name": name} | about


def holding(name: str, values: list[str]) -> Descriptor:
    """Return a field that takes these values and no others."""
    filled = sorted({value for value in values if value})
    constraints = {"enum": filled, "required": all(values)} if filled else {"maxLength": 0}
    return {"name": name, "type": "string", "constraints": constraints}


def schema_of(table: Descriptor) -> Descriptor:
    """Return the schema that a text is held against."""
    if "cells" in table:
        heading = next(csv.reader(io.StringIO(table["text"].removeprefix("\ufeff"), newline="")))
        columns = map(list, zip(*table["cells"], strict=True))
        fields = [holding(name.strip(), values) for name, values in zip(heading, columns, strict=True)]
    else:
        fields = [made(name, about) for name, about in table["fields"].items()]
    keys = ("primaryKey", "uniqueKeys", "foreignKeys")
    return {"fields": fields, "missingValues": table.get("missingValues", [""])} | {
        k: table[k] for k in keys if k in table
    }


def told(problem: Problem) -> str:
    """Return a problem as tables.toml has it."""
    line = f"line {problem.line}" if problem.row not in (None, problem.line) else ""
    return " ".join(filter(None, [problem.code, problem.place, line]))


@pytest.mark.parametrize("table", FILES["tables"]["table"], ids=lambda table: repr(table["text"][:40]))
def test_tables(tmp_path: Path, table: Descriptor) -> None:
    schema, content = schema_of(table), table["text"].encode(table.get("encoding", "utf-8"))
    parents = table.get("parents", {})
    report = validate_table(schema, content, parents)
    assert sorted(map(told, report.problems)) == sorted(table.get("problems", []))
    if "cells" in table:
        assert report.counts.rows == len(table["cells"])
    # foreignKeys is what `theirs` looks for.
    refused = theirs({"foreignKeys": []} | schema, content, parents, tmp_path)
    assert refused <= ours(report), "csodata is laxer than frictionless"
    alone = [p for p in report.problems if place(TYPES.get(p.code, p.code), p.row, p.field) not in refused]
    assert {problem.code for problem in alone} == {STRICTER_CODES[what] for what in [table.get("stricter")] if what}


# ---- schemas

A_ROW = {"string": "a", "integer": "1", "number": "1", "boolean": "true", "date": "2019-01-01"}


def taken(schema: Descriptor) -> bool:
    """Tell whether frictionless makes a schema of it."""
    try:
        described(schema)
    except FrictionlessException:
        return False
    return True


def usable(schema: Descriptor, folder: Path) -> bool:
    """Tell whether frictionless can hold a table of one ordinary row against it; with some schemas it breaks off."""
    names, cells = [f["name"] for f in schema["fields"]], [A_ROW[f["type"]] for f in schema["fields"]]
    content = f"{','.join(names)}\n{','.join(cells)}\n".encode()
    try:
        return not theirs({"foreignKeys": [], "missingValues": [""]} | schema, content, {}, folder)
    except Exception:
        return False


@pytest.mark.parametrize("line", FILES["schemas"]["schemas"], ids=lambda line: line[0])
def test_schemas(tmp_path: Path, line: list[str]) -> None:
    text, code, _, *stricter = line
    schema = json.loads(text)
    assert ("bad-schema" in validate_table(schema, b"").counts.by_code) == bool(code)
    if code and not stricter:
        assert not (taken(schema) and usable(schema, tmp_path))
    else:
        assert taken(schema)
        assert code == "".join(STRICTER_CODES[what] for what in stricter)


# ---- the facts themselves


def test_the_facts_are_many_and_each_names_its_origin() -> None:
    cells = {(label(column), line[0]): line[2] for column in FILES["cells"]["field"] for line in column["cells"]}
    assert len(cells) == sum(len(column["cells"]) for column in FILES["cells"]["field"]), "a cell stands twice"
    named = {
        "cells": list(cells.values()),
        "schemas": [line[2] for line in FILES["schemas"]["schemas"]],
        "tables": [table["origin"] for table in FILES["tables"]["table"]],
    }
    for name, origins in named.items():
        assert {key for each in origins for key in each.split()} == set(FILES[name]["origins"])
        assert all(origins)
    peers = [each for origins in named.values() for each in origins if each != "observed"]
    assert len(peers) >= 600
