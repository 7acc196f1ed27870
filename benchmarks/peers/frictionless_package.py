"""frictionless: the table as a resource of its package, with its parents beside it.

Only the table itself is validated, not its parents too, which saves frictionless some rows.
"""

import re
from collections.abc import Iterator
from typing import Any

import frictionless
from generate import Case

from peers import Finding

CODES = {
    "type-error": "wrong-type",
    "foreign-key": "unknown-reference",
    "primary-key": "duplicate-key",
    "missing-cell": "short-row",
    "extra-cell": "long-row",
}
CONSTRAINTS = {
    "required": "missing-value",
    "enum": "not-in-list",
    "pattern": "wrong-pattern",
    "minLength": "too-short",
    "maxLength": "too-long",
    "minimum": "too-small",
    "maximum": "too-large",
}
ALL = 10**9  # it stops at 1 000 errors unless told otherwise


def check(case: Case) -> Any:
    """Validate the table."""
    package = frictionless.Package(str(case.package))
    return package.get_resource("commitments").validate(limit_errors=ALL)


def found(report: Any) -> Iterator[Finding]:
    """Yield what it says."""
    for error in [*report.errors, *(error for task in report.tasks for error in task.errors)]:
        code = CODES.get(error.type, error.type)
        constraint = re.match('constraint "(\\w+)"', error.note)
        if error.type == "constraint-error" and constraint:
            code = CONSTRAINTS[constraint[1]]
        if error.type == "primary-key" and "None" in error.note:
            code = "missing-key"
        column = getattr(error, "field_name", None) if error.type != "extra-cell" else None
        yield Finding(code, getattr(error, "row_number", 0), None, column or None)
