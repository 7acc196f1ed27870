"""Write contributions of any size, the same from the same seed, with a list of the faults that are planted in them.

Usage: python benchmarks/generate.py CASE ROWS [--seed N] [--form lf|crlf|bom]

Rows are written as they are drawn, and an id is computed from its row's number, so that ten million rows need no
memory. Nothing in a file is in the order of its ids.
"""

import argparse
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import faults as planted
from commitments import NAMES, PARENT_IDS, PARENTS, WRITTEN_DATES, parent_schema, schema
from faults import AT, Fault, Kind
from rows import BLOCK, Numbers, right_rows

CACHE = Path(__file__).parent / ".cache"
WRITERS = ("generate.py", "commitments.py", "faults.py", "rows.py", "structure.py", "workbook.py")
CASES = ("clean", "without-keys", "faults", "column", "structure", "workbook", "workbook-faults")
FORMS = {"lf": ("\n", "utf-8"), "crlf": ("\r\n", "utf-8"), "bom": ("\n", "utf-8-sig")}


@dataclass(frozen=True)
class Case:
    """A folder with one contribution, its schema, the tables that it points to, and what is wrong with it."""

    name: str
    rows: int
    folder: Path

    @property
    def table(self) -> Path:
        """The file with the rows."""
        return self.folder / f"commitments.{'xlsx' if self.name.startswith('workbook') else 'csv'}"

    @property
    def schema(self) -> Path:
        """Its Table Schema."""
        return self.folder / "schema.json"

    @property
    def package(self) -> Path:
        """A descriptor of the table and its parents."""
        return self.folder / "datapackage.json"

    @property
    def keys(self) -> bool:
        """Whether the schema has keys."""
        return self.name != "without-keys"

    def parent(self, table: str) -> Path:
        """The CSV file of a table that is pointed to."""
        return self.folder / f"{table}.csv"

    def planted(self) -> list[Fault]:
        """Return the faults that are in it."""
        return planted.read_faults(self.folder / "faults.csv")


Records = Iterator[tuple[str, list[tuple[str, str, int]]]]  # a record, and the class, column and twin of its faults


def _clean(count: int, rng: Random, numbers: Numbers) -> Records:
    for cells in right_rows(count, rng, numbers):
        yield ",".join(cells), []


def _faults(count: int, rng: Random, numbers: Numbers) -> Records:
    kinds = planted.drawn(rng)
    for index, cells in enumerate(right_rows(count, rng, numbers)):
        found = []
        if index == numbers.at_fault(index // BLOCK):
            kind = next(kinds)
            if isinstance(kind, Kind):
                planted.spoil(cells, kind, rng)
                found = [(kind.code, kind.column, 0)]
            else:
                first = numbers.earlier(index, rng)
                found = [(kind, planted.repeat(cells, numbers.keys(first), kind), first + 2)]
        yield ",".join(cells), found


def _column(count: int, rng: Random, numbers: Numbers) -> Records:
    for cells in right_rows(count, rng, numbers):
        cells[AT["made_date"]] = rng.choice(WRITTEN_DATES)
        yield ",".join(cells), [("wrong-type", "made_date", 0)]


def _structure(count: int, rng: Random, numbers: Numbers) -> Records:
    from structure import spoilt_records

    return spoilt_records(right_rows(count, rng, numbers), rng)


def write_table(path: Path, name: str, rows: int, seed: int = 1, form: str = "lf") -> list[Fault]:
    """Write the CSV file of one case and return what is wrong with it."""
    rng = Random(seed)
    numbers = Numbers(rng)
    write = {"faults": _faults, "column": _column, "structure": _structure}.get(name, _clean)
    ending, encoding = FORMS[form]
    found: list[Fault] = []
    with path.open("w", encoding=encoding, newline=ending) as file:
        file.write(",".join(NAMES) + "\n")
        line = 2
        for row, (record, wrong) in enumerate(write(rows, rng, numbers), 2):
            file.write(record + "\n")
            found += [Fault(code, row, line, column, twin) for code, column, twin in wrong]
            line += 1 + record.count("\n")
    return found


def write_case(folder: Path, name: str, rows: int, seed: int = 1, form: str = "lf") -> Case:
    """Write one case into an empty folder."""
    case = Case(name, rows, folder)
    for table, ids in PARENT_IDS.items():
        lines = [f"{key},{key.replace('-', ' ').title()},{('global', 'regional')[len(key) % 2]}" for key in sorted(ids)]
        case.parent(table).write_text("\n".join([f"{PARENTS[table]},name,level", *lines, ""]), encoding="utf-8")
    described = schema(keys=case.keys)
    case.schema.write_text(json.dumps(described, indent=1), encoding="utf-8")
    resources = [("commitments", case.table.name, described)]
    resources += [(table, case.parent(table).name, parent_schema(table)) for table in PARENTS]
    package = {"name": "benchmark", "resources": [_resource(*each) for each in resources]}
    case.package.write_text(json.dumps(package, indent=1), encoding="utf-8")
    rows_file = folder / "commitments.csv"
    if (
        name == "without-keys"
        and (clean := folder.parent / folder.name.replace(name, "clean") / rows_file.name).is_file()
    ):
        os.link(clean, rows_file)  # the same bytes
        found = []
    else:
        found = write_table(rows_file, name.removeprefix("workbook-"), rows, seed, form)
    if name.startswith("workbook"):
        from workbook import write_workbook

        write_workbook(rows_file, case.table)
    planted.write_faults(found, folder / "faults.csv")
    return case


def _resource(name: str, path: str, described: object) -> dict[str, object]:
    # Every property is stated: what is left open, frictionless guesses from the file.
    form = path.rpartition(".")[2]
    dialect: dict[str, object] = {"header": True}
    if form == "csv":
        dialect["csv"] = {"delimiter": ",", "quoteChar": '"', "lineTerminator": "\n", "skipInitialSpace": False}
    stated = {"type": "table", "scheme": "file", "format": form, "encoding": "utf-8", "dialect": dialect}
    return {"name": name, "path": path, **stated, "schema": described}


def cached(name: str, rows: int, seed: int = 1, form: str = "lf") -> Case:
    """Return a case from the cache, written now if it is not there; what older writers wrote is removed."""
    version = hashlib.sha256(b"".join(Path(__file__).with_name(name).read_bytes() for name in WRITERS)).hexdigest()[:12]
    home = CACHE / version
    for old in CACHE.glob("*"):
        if old != home and old.is_dir():
            shutil.rmtree(old)
    folder = home / f"{name}-{rows}-{form}-{seed}"
    if not folder.is_dir():
        unfinished = home / f".{folder.name}"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        write_case(unfinished, name, rows, seed, form)
        unfinished.rename(folder)
    return Case(name, rows, folder)


def main() -> None:
    """Write one case and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("case", choices=CASES)
    parser.add_argument("rows", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--form", choices=list(FORMS), default="lf")
    given = parser.parse_args()
    case = cached(given.case, given.rows, given.seed, given.form)
    print(f"{case.table}: {case.table.stat().st_size:,} bytes, {len(case.planted()):,} faults")


if __name__ == "__main__":
    main()
