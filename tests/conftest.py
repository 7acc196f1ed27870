"""The toy dataset: the real schemas and descriptor with a few rows (tests/toy/*.csv), built in a folder of its own.

Costs 0.3 s once; each copy of it costs 10 ms.
"""

import csv
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from csodata import canonical
from csodata.dataset import DESCRIPTOR, Dataset
from csodata.schema import read
from csodata.validation.records import Origin, Record
from csodata.validation.rules.world import World

# The same examples in every run, and no deadline: a slow machine is no failure.
settings.register_profile("csodata", derandomize=True, deadline=None)
settings.load_profile("csodata")

HERE = Path(__file__).parent
ROOT = HERE.parent


@pytest.fixture(scope="session")
def toy_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built toy dataset; only `toy` may use it, since a copy is what tests change."""
    folder = tmp_path_factory.mktemp("toy-source")
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    descriptor = json.loads((ROOT / DESCRIPTOR).read_text(encoding="utf-8")) | {"version": "0.1.0"}
    (folder / DESCRIPTOR).write_text(json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "data").mkdir()
    dataset = Dataset(folder)
    for table in dataset.tables:
        write_rows(dataset, table, toy_rows(table))
    canonical.build(dataset)
    return folder


@pytest.fixture
def toy(toy_source: Path, tmp_path: Path) -> Dataset:
    """A copy of the toy dataset that a test may spoil."""
    return Dataset(shutil.copytree(toy_source, tmp_path / "toy"))


def toy_rows(table: str) -> list[dict[str, str]]:
    """Return the rows of tests/toy/<table>.csv, which has only the columns that are filled in; none without a file."""
    path = HERE / "toy" / f"{table}.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines())) if path.is_file() else []


def write_rows(dataset: Dataset, table: str, rows: list[dict[str, str]]) -> None:
    """Write the CSV of a table: all columns of its schema, in its order, as they come."""
    names = [field["name"] for field in json.loads(dataset.schema_path(table).read_text(encoding="utf-8"))["fields"]]
    with dataset.csv_path(table).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def folder(toy: Dataset) -> Path:
    """The folder of a toy dataset that a test may spoil."""
    return toy.path


def world_of(tables: dict[str, list[dict[str, str]]]) -> World:
    """Return what the rules see where only these rows are published, all of them in focus."""
    rows = {
        table: [Record(table, dict(row), number, None, Origin(table)) for number, row in enumerate(given, 2)]
        for table, given in tables.items()
    }
    schemas = {table: read(ROOT / "schemas" / f"{table}.json") for table in tables}
    return World(schemas, rows, focus=[record for given in rows.values() for record in given])
