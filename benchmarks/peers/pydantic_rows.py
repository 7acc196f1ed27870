"""pydantic: the rows of the csv module, one by one through a TypeAdapter in strict string mode; keys by hand.

An empty cell is left out, so that it is a missing field, or the default of an optional one.
"""

import csv
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from commitments import COMBINATION, FIRST_DAY, ID, KEY, LAST_DAY, NUMBERS, PARENTS, PERCENT, SUMMARY_LENGTH
from commitments import TITLE_LENGTH as TITLE
from generate import Case
from pydantic import AnyUrl, BaseModel, Field, StringConstraints, TypeAdapter, ValidationError

from peers import Finding

Percent = Annotated[int, Field(ge=PERCENT[0], le=PERCENT[1])]
CODES = {
    "missing": "missing-value",
    "literal_error": "not-in-list",
    "string_pattern_mismatch": "wrong-pattern",
    "string_too_short": "too-short",
    "string_too_long": "too-long",
    "greater_than_equal": "too-small",
    "less_than_equal": "too-large",
}


class Commitment(BaseModel):
    """One row."""

    commitment_id: Annotated[str, StringConstraints(pattern=f"^{ID}$", max_length=80)]
    forum_id: str
    register_number: Annotated[int, Field(ge=NUMBERS[0], le=NUMBERS[1])] | None = None
    actor_id: str
    instrument_id: str | None = None
    speech_act: Literal["commitment", "pledge", "recommendation", "demand", "conclusion", "criticism", "statement"]
    binding: Literal["legal", "political", "voluntary", "none"]
    content_given: Literal["true", "True", "TRUE", "1", "false", "False", "FALSE", "0"]  # its bool takes "yes" too
    made_date: Annotated[date, Field(ge=date.fromisoformat(FIRST_DAY), le=date.fromisoformat(LAST_DAY))]
    due_date: date | None = None
    progress: Percent | None = None
    title: Annotated[str, StringConstraints(min_length=TITLE[0], max_length=TITLE[1])]
    summary: Annotated[str, StringConstraints(max_length=SUMMARY_LENGTH)] | None = None
    budget: float | None = None
    source_url: AnyUrl | None = None


def check(case: Case) -> list[Finding]:
    """Validate row by row, and keep the keys in sets."""
    validate = TypeAdapter(Commitment).validate_strings
    parents = {}
    for table, key in PARENTS.items() if case.keys else ():
        with case.parent(table).open(encoding="utf-8", newline="") as file:
            parents[key] = {row[key] for row in csv.DictReader(file)}
    findings: list[Finding] = []
    seen: set[str] = set()
    combinations: set[tuple[str, str]] = set()
    with case.table.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        names = next(rows)
        for number, cells in enumerate(rows, 2):
            row = {name: cell for name, cell in zip(names, cells, strict=False) if cell}
            try:
                validate(row, strict=True)
            except ValidationError as error:
                for detail in error.errors(include_url=False, include_context=False, include_input=False):
                    column = str(detail["loc"][0])
                    code = CODES.get(detail["type"], "wrong-type")
                    findings.append(
                        Finding(
                            "wrong-type" if column == "content_given" and row.get(column) else code,
                            number,
                            None,
                            column,
                        )
                    )
            if not case.keys:
                continue
            if (own := row.get(KEY)) is not None:
                if own in seen:
                    findings.append(Finding("duplicate-key", number, None, KEY))
                seen.add(own)
            combination = (row.get(COMBINATION[0], ""), row.get(COMBINATION[1], ""))
            if all(combination):
                if combination in combinations:
                    findings.append(Finding("duplicate-combination", number))
                combinations.add(combination)
            for column, known in parents.items():
                if column in row and row[column] not in known:
                    findings.append(Finding("unknown-reference", number, None, column))
    return findings


def found(findings: list[Finding]) -> Iterator[Finding]:
    """Yield what it says."""
    yield from findings
