"""Take contributed rows into the dataset: check, mint ids, merge, and write all that follows from it as one."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from csodata import canonical
from csodata.contribution.changelog import with_changes
from csodata.contribution.changes import Change, Told, place_of, pull_request
from csodata.contribution.minting import Minted, mint, withdrawn
from csodata.contribution.narrowing import narrowed
from csodata.dataset import Dataset
from csodata.errors import CsodataError
from csodata.messages import shown
from csodata.report import Report
from csodata.schema import faults
from csodata.store import locked, unfinished, write_set
from csodata.validation import rules
from csodata.validation.contribution import Contribution, check_contribution
from csodata.validation.records import Origin, Record
from csodata.validation.rules.world import World

CHANGELOG = "CHANGELOG.md"

Rows = dict[str, list[dict[str, str]]]


@dataclass(frozen=True)
class Addition:
    """What came of a contribution: the report on it and, unless it was refused, what it changes."""

    report: Report
    refusals: list[str] = field(default_factory=list)
    """Sentences on why a contribution with a valid report is not taken."""
    changes: list[Change] = field(default_factory=list)
    known: list[Told] = field(default_factory=list)
    """Rows that are passed over, since they are there already: table, id, and where they were sent."""
    doubts: list[Told] = field(default_factory=list)
    """New rows to look at: table, id, and what is doubtful."""
    pull_request: str = ""

    @property
    def taken(self) -> bool:
        """Whether the rows are in the dataset now, or would be, but for a dry run."""
        return self.report.valid and not self.refusals


def add(
    dataset: Dataset,
    files: Sequence[Path],
    table: str | None = None,
    *,
    update: bool = False,
    dry_run: bool = False,
) -> Addition:
    """Add the rows of contributed files to a checkout of the dataset, all of them or none.

    Args:
        dataset: The checkout.
        files: Workbooks and tables, as `check_contribution` reads them.
        table: The table of a file that is not named after one.
        update: Whether rows that are published already may be changed.
        dry_run: Whether to write nothing.

    Returns:
        What was changed, or why nothing was.

    Raises:
        CsodataError: A file cannot be read, the dataset is broken, somebody else is writing, or it cannot be written.
    """
    if dry_run and (broken := unfinished(dataset.path)):
        raise CsodataError(f"{dataset.path}: {broken}.")
    with nullcontext() if dry_run else locked(dataset.path, "csodata add"):
        now = Dataset(dataset.path)  # it may have been written since it was found
        contribution = check_contribution(now, files, table)
        if not (contribution.report.valid and contribution.sent):
            return Addition(contribution.report)
        minted = mint(contribution)
        changes, known = _compared(contribution, minted)
        refusals = _refusals(contribution, changes, update=update)
        if refusals or not changes:
            return Addition(contribution.report, refusals, changes, known)
        changes += _narrowed(contribution, minted, changes)
        rows = _merged(contribution, changes)
        _make_sure(contribution, minted, changes, rows)
        if not dry_run:
            write_set(now.path, {**_changelog(now, changes), **dict(canonical.derived(now, rows))})
    doubts = [
        (record.table, shown(record[_key(contribution, record)]), f"may be {shown(other)}, which has the same name")
        for record, other in minted.alike
    ]
    doubts += [
        (change.table, shown(change.key), "keeps the id that was sent: a label is new- and a number")
        for change in changes
        if change.before is None and change.key.startswith("new-")
    ]
    text = pull_request(changes, _sources(contribution, rows), contribution.report, doubts)
    return Addition(contribution.report, [], changes, known, doubts, text)


def _key(contribution: Contribution, record: Record) -> str:
    return contribution.schemas[record.table].names[0]


def _compared(contribution: Contribution, minted: Minted) -> tuple[list[Change], list[Told]]:
    """Return what the rows change, table by table, and those that change nothing."""
    published = {
        table: {record[contribution.schemas[table].names[0]]: record for record in rows}
        for table, rows in contribution.published.items()
    }
    changes, known = [], [(record.table, name, place_of(record)) for record, name in minted.known]
    for record in minted.rows:
        name = record[_key(contribution, record)]
        before = published[record.table].get(name)
        cells = {column: record[column] for column in contribution.schemas[record.table].names}
        if before is not None and all(before[column] == text for column, text in cells.items()):
            known.append((record.table, name, place_of(record)))
        else:
            changes.append(Change(record.table, name, _texts(before) if before else None, cells, place_of(record)))
    order = list(contribution.schemas)
    return sorted(changes, key=lambda change: order.index(change.table)), known


def _texts(record: Record) -> dict[str, str]:
    return {column: record[column] for column in record.cells}


def _refusals(contribution: Contribution, changes: Sequence[Change], *, update: bool) -> list[str]:
    found = [
        f"{place_of(record)}: the id '{shown(record[_key(contribution, record)])}' was withdrawn and is never used "
        "again. Choose another one, or write new-1."
        for record in withdrawn(contribution)
    ]
    updated = [change for change in changes if change.before is not None]
    if updated and not update:
        ids = ", ".join(f"{change.table} {shown(change.key)}" for change in updated[:5])
        more = f" and {len(updated) - 5} more" if len(updated) > 5 else ""
        found.append(f"Published rows would change: {ids}{more}. If that is meant, say --update.")
    return found


def _narrowed(contribution: Contribution, minted: Minted, changes: Sequence[Change]) -> list[Change]:
    sent = [*minted.rows, *(record for record, _ in minted.known)]
    citations = [record for record in sent if record.table == "citations"]
    return narrowed(changes, contribution.published["citations"], citations)


def _merged(contribution: Contribution, changes: Sequence[Change]) -> Rows:
    """Return all rows of the tables that change."""
    after: dict[str, dict[str, dict[str, str]]] = {}
    for change in changes:
        rows = after.setdefault(change.table, {})
        if not rows:
            key = contribution.schemas[change.table].names[0]
            rows |= {record[key]: _texts(record) for record in contribution.published[change.table]}
        rows[change.key] = dict(change.after)
    return {table: list(rows.values()) for table, rows in after.items()}


def _make_sure(contribution: Contribution, minted: Minted, changes: Sequence[Change], rows: Rows) -> None:
    """Raise CsodataError where the rows, as they would be published, break a rule, or a key; nothing should."""
    schemas = contribution.schemas
    published = contribution.published
    tables = {table: [_as_record(table, row) for row in given] for table, given in rows.items()}
    world = World(schemas, {**published, **tables})
    new = {(change.table, change.key) for change in changes}
    world.focus = [record for found in tables.values() for record in found if (record.table, world.key(record)) in new]
    found = [problem.message for problem in rules.problems(world) if problem.severity == "error"]
    for record in world.focus:
        schema, key = schemas[record.table], world.key(record)
        if faults(schema.fields[0], key):
            found.append(f"The id '{shown(key)}' is not one.")
        for column, target in schema.references.items():
            if record[column] and (target or record.table, record[column]) not in world.by_key:
                found.append(f"{column} '{shown(record[column])}' leads nowhere.")
    if len({(record.table, record[_key(contribution, record)]) for record in minted.rows}) < len(minted.rows):
        found.append("Two rows have one id.")
    if found:
        raise CsodataError(f"This is a fault of csodata itself, and nothing was changed: {' '.join(found[:3])}")


def _as_record(table: str, row: Mapping[str, str]) -> Record:
    return Record(table, dict(row), None, None, Origin(f"data/{table}.csv"))


def _sources(contribution: Contribution, rows: Rows) -> dict[str, Mapping[str, str]]:
    present = rows.get("sources") or [_texts(record) for record in contribution.published["sources"]]
    return {row["source_id"]: row for row in present}


def _changelog(dataset: Dataset, changes: Sequence[Change]) -> dict[Path, bytes]:
    path = dataset.path / CHANGELOG
    if not path.is_file():
        return {}
    return {path: with_changes(path.read_text(encoding="utf-8"), changes).encode()}
