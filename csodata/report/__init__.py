"""Problem and Report: what a validation found. Their JSON form is a contract (docs/report.md)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, computed_field

from csodata.messages import Severity, rule


class Problem(BaseModel):
    """One thing that was found, and its place as the sender sees it."""

    model_config = ConfigDict(frozen=True)

    code: str
    severity: Severity
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    line: int | None = None
    column: str | None = None
    field: str | None = None
    table: str | None = None
    value: str | None = None
    message: str
    suggestion: str | None = None

    @property
    def place(self) -> str:
        """The cell, row or column, as a spreadsheet calls it: `F3`, `row 3`, `column F`, or nothing."""
        if self.column and self.row:
            return f"{self.column}{self.row}"
        return f"row {self.row}" if self.row else f"column {self.column}" if self.column else ""


class Counts(BaseModel):
    """How much was checked, and how much was found."""

    model_config = ConfigDict(frozen=True)

    files: int = 0
    rows: int = 0
    errors: int = 0
    warnings: int = 0
    repairs: int = 0
    by_code: dict[str, int] = {}


class Report(BaseModel):
    """What a validation found; it is valid if nothing of it is an error."""

    model_config = ConfigDict(frozen=True)

    problems: list[Problem]
    counts: Counts

    @computed_field  # type: ignore[prop-decorator]
    @property
    def valid(self) -> bool:
        """Whether there is no error; warnings and repairs do not count."""
        return self.counts.errors == 0

    def to_json(self) -> str:
        """Return the report as JSON, in the form that docs/report.md describes."""
        return self.model_dump_json(indent=2)


class Tally:
    """Keeps the first problems of each code, and counts them all."""

    def __init__(self, most: int) -> None:
        """Take how many problems of one code are kept."""
        self._most = most
        self.problems: list[Problem] = []
        self.beyond: Counter[str] = Counter()
        self._kept: Counter[str] = Counter()

    def room(self, code: str) -> int:
        """Return how many more problems of a code are kept."""
        return self._most - self._kept[code]

    def add(self, *problems: Problem) -> None:
        """Take in problems."""
        for problem in problems:
            if self.room(problem.code) > 0:
                self._kept[problem.code] += 1
                self.problems.append(problem)
            else:
                self.beyond[problem.code] += 1


def report(
    problems: Iterable[Problem],
    *,
    files: int,
    rows: int,
    most: int | None = None,
    beyond: Mapping[str, int] | None = None,
) -> Report:
    """Return the report of some problems, in the order of their places; all count, `most` of each code are shown.

    `beyond` has the number of those, by code, that are counted and not among `problems`.
    """
    found = sorted(dict.fromkeys(problems), key=_order)
    by_code = Counter(problem.code for problem in found)
    severities: Counter[str] = Counter(problem.severity for problem in found)
    for code, count in (beyond or {}).items():
        by_code[code] += count
        severities[rule(code).severity] += count
    if most is not None:
        tally = Tally(most)
        tally.add(*found)
        found = tally.problems
    return Report(
        problems=found,
        counts=Counts(
            files=files,
            rows=rows,
            errors=severities["error"],
            warnings=severities["warning"],
            repairs=severities["repair"],
            by_code=dict(sorted((+by_code).items())),
        ),
    )


def _order(problem: Problem) -> tuple[Any, ...]:
    column = problem.column or ""
    return (problem.file or "", problem.sheet or "", problem.row or 0, len(column), column, problem.code)
