"""Check the whole dataset: descriptor, hashes, schemas, every cell, keys, canonical form, derived files, rules."""

import sys
from collections.abc import Iterator, Mapping

from csodata import canonical
from csodata.dataset import DESCRIPTOR, STAGING, Dataset, unfinished
from csodata.errors import BadSchemaError
from csodata.reading import Limits, read_strict
from csodata.report import Problem, Report, report
from csodata.schema import TableSchema, read_all
from csodata.schema.descriptor import descriptor_faults
from csodata.validation import rules
from csodata.validation.records import Origin, Record, make_problem, without_echoes
from csodata.validation.rules.world import World
from csodata.validation.strict import StrictTable


def validate_dataset(dataset: Dataset) -> Report:
    """Return the report on a dataset folder: everything that can be wrong with it, at once."""
    found = list(_descriptor_problems(dataset))
    if found:
        return report(found, files=1, rows=0)
    try:
        schemas = read_all({table: dataset.schema_path(table) for table in dataset.tables})
    except BadSchemaError as error:
        told = [line.partition(": ") for line in str(error).splitlines()]
        return report(
            [
                make_problem(Origin(file.removeprefix(f"{dataset.path}/")), "bad-schema", detail=what.rstrip("."))
                for file, _, what in told
            ],
            files=len(dataset.tables),
            rows=0,
        )
    records = {table: _records(dataset, table, model) for table, model in schemas.items()}
    if broken := unfinished(dataset.path):
        found.append(make_problem(Origin(STAGING), "unfinished-write", detail=broken))
    for path, what in dataset.differences():
        found.append(make_problem(Origin(path), "wrong-hash", detail=what))
    found += _table_problems(dataset, schemas, records)
    beside = ("wrong-hash", "unfinished-write")  # which say nothing of the rows
    sound = not any(problem.severity == "error" and problem.code not in beside for problem in found)
    if sound:
        found += _stale(dataset)
    world = World(schemas, records, focus=[record for rows in records.values() for record in rows])
    found += rules.problems(world)
    return report(without_echoes(found), files=len(schemas), rows=len(world.focus), most=Limits().problems)


def _descriptor_problems(dataset: Dataset) -> Iterator[Problem]:
    for fault in descriptor_faults(dataset):
        yield make_problem(Origin(DESCRIPTOR), "bad-descriptor", detail=fault)
    known = {dataset.path / str(resource[key]) for resource in dataset.resources.values() for key in ("path", "schema")}
    for path in [*sorted((dataset.path / "data").glob("*.csv")), *sorted((dataset.path / "schemas").glob("*.json"))]:
        if path not in known:
            name = path.relative_to(dataset.path).as_posix()
            yield make_problem(Origin(DESCRIPTOR), "bad-descriptor", detail=f"the file {name} is in no resource")
    for path in sorted(known):
        if not path.is_file():
            name = path.relative_to(dataset.path).as_posix()
            yield make_problem(Origin(DESCRIPTOR), "bad-descriptor", detail=f"there is no file {name}")


def _records(dataset: Dataset, table: str, model: TableSchema) -> list[Record]:
    """Return the rows of a table for the rules, whatever is wrong with them."""
    path = dataset.csv_path(table)
    sheet = read_strict(path, path.relative_to(dataset.path).as_posix())
    if not sheet.rows or not sheet.rows[0].cells:
        return []
    origin = Origin(sheet.file, None, {name: index for index, name in enumerate(model.names)})
    names = model.names[: len(sheet.rows[0].cells)]
    empty = dict.fromkeys(names)
    return [
        Record(table, empty | dict(zip(names, row.cells, strict=False)), row.number, row.line, origin)
        for row in sheet.rows[1:]
    ]


def _table_problems(
    dataset: Dataset, schemas: Mapping[str, TableSchema], records: Mapping[str, list[Record]]
) -> Iterator[Problem]:
    parents = {table: [record.cells for record in rows] for table, rows in records.items()}
    limits = Limits(problems=sys.maxsize)  # cut in the report, where the problems of all tables and rules are one list
    for table, model in schemas.items():
        path = dataset.csv_path(table)
        name, above = path.relative_to(dataset.path).as_posix(), {**parents, "": parents[table]}
        strict = StrictTable(model, name, table, parents=above, limits=limits)
        with path.open("rb") as stream:
            strict.check(stream)
        yield from strict.tally.problems


def _stale(dataset: Dataset) -> Iterator[Problem]:
    csvs = {str(resource["path"]) for resource in dataset.resources.values()}
    try:
        for path in canonical.check(dataset):
            code = "not-canonical" if path in csvs else "stale-file"
            yield make_problem(Origin(path), code, detail="the build would write it differently")
    except BadSchemaError as error:
        yield make_problem(Origin("data"), "not-canonical", detail=str(error).rstrip("."))
