"""Rules of dates: a day stands in the calendar, an end is not before its start."""

from collections.abc import Iterator

from csodata.edtf import Bounds, bounds
from csodata.errors import BadDateError
from csodata.report import Problem
from csodata.schema import Field, faults
from csodata.validation.records import Record, problem_in
from csodata.validation.rules.world import World

SPANS = (
    ("start_date", "end_date"),
    ("planned_start_date", "planned_end_date"),
    ("from_date", "to_date"),
    ("founded_date", "ended_date"),
    ("made_date", "due_date"),
)


def calendar_dates(world: World) -> Iterator[Problem]:
    """Yield the dates in the right form that no calendar has."""
    for record in world.focus:
        schema = world.schemas[record.table]
        for column in record.cells:
            if column.endswith("_date") and _is_impossible(schema.by_name[column], record[column]):
                yield problem_in(record, "impossible-date", column)


def ends_after_starts(world: World) -> Iterator[Problem]:
    """Yield the spans whose latest end is before their earliest start."""
    for record in world.focus:
        for start, end in SPANS:
            earliest, latest = _bounds(record, start)[0], _bounds(record, end)[1]
            if earliest and latest and latest < earliest:
                yield problem_in(record, "end-before-start", end, detail=record[start])


def _bounds(record: Record, column: str) -> Bounds:
    try:
        return bounds(record[column]) if record[column] else (None, None)
    except BadDateError:
        return None, None


def _is_impossible(field: Field, text: str) -> bool:
    if not text or faults(field, text):
        return False  # a text in another form is told as that by the column's own check
    try:
        bounds(text)
    except BadDateError:
        return True
    return False
