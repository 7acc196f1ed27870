"""Problem and Report: what a validation found. Their JSON form is a contract (docs/report.md)."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, computed_field

from csodata.messages import Severity


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


def report(problems: Iterable[Problem], *, files: int, rows: int) -> Report:
    """Return the report of some problems, in the order of their places."""
    found = sorted(dict.fromkeys(problems), key=_order)
    severities = Counter(problem.severity for problem in found)
    return Report(
        problems=found,
        counts=Counts(
            files=files,
            rows=rows,
            errors=severities["error"],
            warnings=severities["warning"],
            repairs=severities["repair"],
            by_code=dict(sorted(Counter(problem.code for problem in found).items())),
        ),
    )


def _order(problem: Problem) -> tuple[Any, ...]:
    column = problem.column or ""
    return (problem.file or "", problem.sheet or "", problem.row or 0, len(column), column, problem.code)
