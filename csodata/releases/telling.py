"""What changed between two versions, told as text, Markdown or JSON."""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict
from typing import NamedTuple

from csodata.messages import visible
from csodata.releases.compare import Comparison, Evidence, TableChanges
from csodata.report.markdown import escaped

LISTED = 200  # rows of a table, of one kind; JSON has all


class _Style(NamedTuple):
    heading: str
    item: str
    detail: str
    tell: Callable[[str], str]


def as_json(found: Comparison) -> str:
    """Return a comparison as JSON: the versions, the least raise, changes of schemas, changes of rows by table."""
    told = {
        "old": found.old,
        "new": found.new,
        "level": found.level,
        "schemas": [change._asdict() for change in found.schemas],
        "tables": {table: asdict(changes) for table, changes in found.tables.items()},
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def as_text(found: Comparison) -> str:
    """Return a comparison as text for a terminal or a mail."""
    return "\n".join(_lines(found, _Style("{}", "  {}", "      {}", visible)))


def as_markdown(found: Comparison) -> str:
    """Return a comparison as Markdown, in which no value is markup."""
    return "\n".join(_lines(found, _Style("\n## {}\n", "- {}", "  - {}", escaped)))


def _lines(found: Comparison, style: _Style) -> Iterator[str]:
    yield f"From {style.tell(found.old)} to {style.tell(found.new)}: {_summary(found)}"
    if found.schemas:
        yield style.heading.format("Schemas")
    for change in found.schemas:
        place = f"{change.table}.{change.column}" if change.column else change.table
        yield style.item.format(f"{style.tell(place)}: {style.tell(change.what)} ({change.level})")
    for table, changes in found.tables.items():
        yield style.heading.format(f"{table}: {_counted([changes])}")
        yield from _table_lines(changes, style)


def _table_lines(changes: TableChanges, style: _Style) -> Iterator[str]:
    for added in changes.added[:LISTED]:
        yield style.item.format(f"new: {style.tell(added.key)}{_sources(added.evidence, style)}")
    for row in changes.changed[:LISTED]:
        yield style.item.format(f"changed: {style.tell(row.key)}")
        for value in row.values:
            old, new = (style.tell(text) if text else "(empty)" for text in (value.old, value.new))
            yield style.detail.format(f"{style.tell(value.column)}: {old} → {new}{_sources(value.evidence, style)}")
    for gone, standing in changes.merged.items():
        yield style.item.format(f"merged: {style.tell(gone)} is now {style.tell(standing)}")
    for gone, reason in changes.withdrawn.items():
        yield style.item.format(f"withdrawn: {style.tell(gone)} ({style.tell(reason)})")
    for key in changes.removed[:LISTED]:
        yield style.item.format(f"gone: {style.tell(key)}")
    numbers = (len(changes.added), len(changes.changed), len(changes.removed))
    beyond = sum(max(0, number - LISTED) for number in numbers)
    if beyond:
        yield style.item.format(f"and {beyond} more; the JSON form has all")


def _sources(evidence: Sequence[Evidence], style: _Style) -> str:
    """Return the evidence in brackets: which source, where in it."""
    said = [style.tell(f"{each.source_id}, {each.locator}" if each.locator else each.source_id) for each in evidence]
    return f" [{'; '.join(said)}]" if said else ""


def _counted(tables: Collection[TableChanges]) -> str:
    kinds = ("added", "changed", "merged", "withdrawn", "removed")
    counts = {kind: sum(len(getattr(changes, kind)) for changes in tables) for kind in kinds}
    return ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)


def _summary(found: Comparison) -> str:
    if found.level is None:
        return "nothing changed."
    parts = [f"rows: {_counted(found.tables.values())}"] if found.tables else []
    parts += [f"changes of schemas: {len(found.schemas)}"] if found.schemas else []
    return f"{'; '.join(parts)}. That is a {found.level} change."
