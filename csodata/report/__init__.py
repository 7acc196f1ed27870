"""Problem and Report: what a validation found. Their JSON form is a contract (docs/report.md)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SkipValidation, computed_field

from csodata.messages import Language, Severity, phrase, rule, sentence, translated


class Problem(BaseModel):
    """One thing that was found, and its place as the sender sees it.

    Its sentences are made when they are first asked for: most problems of a bad file are counted, not read. One that
    was read back from JSON has its sentences from there, and stays in their language.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True)

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
    details: SkipValidation[Mapping[str, Any]] = Field({}, exclude=True, repr=False)
    """What fills the gaps of its sentences."""
    language: Language = Field("en", exclude=True, repr=False)
    given: str | None = Field(None, alias="message", exclude=True, repr=False)
    """The message, where it is not made from the catalogue."""
    hint: str | None = Field(None, alias="suggestion", exclude=True, repr=False)
    """What to do, where more is known than the rule's own advice; in English, but in a problem with `given`."""

    @computed_field  # type: ignore[prop-decorator]
    @cached_property
    def message(self) -> str:
        """One sentence: what is wrong."""
        return self.given or sentence(self.code, "message", self.details, self.language)

    @computed_field  # type: ignore[prop-decorator]
    @cached_property
    def suggestion(self) -> str | None:
        """What to do about it."""
        if self.given:
            return self.hint
        if self.hint:
            return translated(self.hint, self.language)
        return sentence(self.code, "advice", self.details, self.language)

    def in_language(self, language: Language) -> "Problem":
        """Return the problem with its sentences in a language."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Problem.model_construct(**fields | {"language": language})

    @property
    def place(self) -> str:
        """The cell, row or column, as a spreadsheet calls it: `F3`, `row 3`, `column F`, or nothing."""
        if self.column and self.row:
            return f"{self.column}{self.row}"
        if self.row:
            return phrase("row", self.language, row=self.row)
        return phrase("column", self.language, column=self.column) if self.column else ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and self.model_dump() == other.model_dump()

    def __hash__(self) -> int:
        # Without the sentences, which need not be made for it: problems at one place with one code are few.
        return hash((self.code, self.file, self.sheet, self.row, self.line, self.column, self.field, self.value))


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
    language: Language = Field("en", exclude=True)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def valid(self) -> bool:
        """Whether there is no error; warnings and repairs do not count."""
        return self.counts.errors == 0

    def in_language(self, language: Language) -> "Report":
        """Return the report with its problems told in a language."""
        told = [problem.in_language(language) for problem in self.problems]
        return self.model_copy(update={"problems": told, "language": language})

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
