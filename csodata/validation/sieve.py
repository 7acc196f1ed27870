"""Prove the cells of a column good, with Arrow and without looking at them one by one.

Every test here is sound: what it accepts, the judge would accept. What it does not accept is only suspect.
"""

import math
import re
from collections.abc import Callable
from datetime import date
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from csodata.arrays import (
    all_but,
    bytes_of,
    longest,
    nulled_at,
    number_array,
    number_scalar,
    some,
    text_array,
    text_scalar,
    without_nulls,
)
from csodata.schema import Field
from csodata.values import to_text

if TYPE_CHECKING:
    import pyarrow as pa

Test = Callable[["pa.StringArray"], "pa.Int64Array | None"]

# Narrower than what the types allow: the rest is for the judge. Decimal fractions end where float64 still orders them.
FORMS = {
    "integer": r"-?[0-9]{1,18}",
    "number": r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?",
    "date": r"(?:[0-9]{3}[1-9]|[0-9]{2}[1-9]0|[0-9][1-9]00|[1-9]000)-"
    r"(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)",
    "uri": r"https?://[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
    r"(?:/[A-Za-z0-9._~/-]*)?(?:\?[A-Za-z0-9._~/=&-]*)?",
    "email": r"[a-z0-9]{1,20}(?:[._-][a-z0-9]{1,20}){0,2}@[a-z0-9]{1,30}(?:-[a-z0-9]{1,30})?\.[a-z]{2,6}",
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
}
BOOLEANS = ["true", "True", "TRUE", "1", "false", "False", "FALSE", "0"]
# What Python's re and RE2 read alike: letters, escaped signs, plain classes, groups, and greedy repetition.
ALIKE = re.compile(
    r"(?:[^\\\[\](){}.*+?^$|]|\\[!-/:-@\[-`{-~]"
    r"|\[\^?(?:[!-Z_-~]-[!-Z_-~]|[^\\\[\]^&~|-]|[&~|](?![&~|])|\\[!-/:-@\[-`{-~]|-(?=\]))+\]"
    r"|\.|\((?:\?:)?|[)|]|(?<![(|])(?:[*+?]|\{(?:0|[1-9][0-9]{0,2})(?:,(?:0|[1-9][0-9]{0,2})?)?\})(?![*+?{]))*"
)
BYTES = {"integer": b"0123456789-", "number": b"0123456789.-", "date": b"0123456789-"}
EPOCH = date(1970, 1, 1)
LONGEST_NUMBER = 1_000  # Python reads no integers of more than 4 300 digits
GROUP = 64
SEPARATOR = "\x1f"
WHOLE = "^(?:{0})$"
TOGETHER = f"^(?:(?:{{0}})?{SEPARATOR})*(?:{{0}})?$"


class Sieve:
    """Finds the suspects among the cells of one column."""

    def __init__(self, field: Field, missing_values: list[str]) -> None:
        self.field = field
        self._missing = [value for value in missing_values if value]
        self._joined = "" in missing_values  # else an empty text is a value, of which groups say nothing

    def __call__(self, cells: "pa.StringArray") -> "pa.Int64Array | None":
        """Return the indices of the cells that are not proved, in no order and some twice; None where all are.

        `cells` are the texts, null where the text is empty and the empty text stands for a missing value.
        """
        import pyarrow as pa

        found = [suspects for test in self._tests if (suspects := test(cells)) is not None]
        return pa.concat_arrays(found) if found else None

    @cached_property
    def _tests(self) -> list[Test]:
        field, constraints = self.field, self.field.constraints
        tests: list[Test] = []
        if constraints.required:
            tests.append(_nulls)
        if self._missing:  # beside the empty text: what it means depends on the rest, which the judge knows
            tests.append(_among(self._missing))
        kind = field.type if field.format == "default" else field.format
        if field.type == "boolean":
            tests.append(_not_among(BOOLEANS))
        elif field.type in BYTES:
            tests.append(_not_a_value(field, joined=self._joined))
        elif kind in FORMS:
            tests.append(not_of_form(FORMS[kind], joined=self._joined))
        if constraints.enum is not None:
            tests.append(_not_among([to_text(value) for value in constraints.enum]))
        if constraints.pattern is not None:
            tests.append(_not_of_pattern(constraints.pattern, joined=self._joined))
        if constraints.min_length or constraints.max_length is not None:
            tests.append(_not_of_length(constraints.min_length or 0, constraints.max_length))
        return tests


def _nulls(cells: "pa.StringArray") -> "pa.Int64Array | None":
    return some(cells.is_null()) if cells.null_count else None


def _among(values: list[str]) -> Test:
    known = text_array(values)

    def test(cells: "pa.StringArray") -> "pa.Int64Array | None":
        import pyarrow.compute as pc

        return some(pc.is_in(cells, known))

    return test


def _not_among(values: list[str]) -> Test:
    known = text_array([*values, None])  # a missing value is another test's

    def test(cells: "pa.StringArray") -> "pa.Int64Array | None":
        import pyarrow.compute as pc

        return all_but(pc.is_in(cells, known))

    return test


def not_of_form(pattern: str, *, joined: bool) -> Test:
    """Test against a pattern that both engines read alike; `joined` if it cannot match the separator.

    One search in 64 cells, joined, costs a third of 64 searches. Only the groups that fail are looked at cell by cell.
    """
    whole, group = WHOLE.format(pattern), TOGETHER.format(pattern)

    def test(cells: "pa.StringArray") -> "pa.Int64Array | None":
        import pyarrow as pa
        import pyarrow.compute as pc

        texts = without_nulls(cells)
        numbers = None
        if joined and SEPARATOR.encode() not in bytes_of(texts):
            starts = number_array([*range(0, len(cells), GROUP), len(cells)]).cast("int32")
            groups = pc.binary_join(pa.ListArray.from_arrays(starts, texts), text_scalar(SEPARATOR))
            failed = all_but(pc.match_substring_regex(groups, group))
            if failed is None:
                return None
            firsts = [number * GROUP for number in failed.to_pylist()]
            within = [range(first, min(first + GROUP, len(cells))) for first in firsts]
            numbers = number_array(chain.from_iterable(within))
            cells = cells.take(numbers)
        # A null is good here, an empty text (where that is no missing value) is not.
        wrong = all_but(pc.match_substring_regex(cells, whole))
        return wrong if numbers is None or wrong is None else numbers.take(wrong)

    return test


def _not_of_pattern(pattern: str, *, joined: bool) -> Test:
    if not ALIKE.fullmatch(pattern) or not _compiles(pattern):
        return _everything
    # A class of what is not named, and the dot, would match the separator.
    plain = re.sub(r"\\.", "", pattern)
    crosses = "[^" in plain or "." in plain or SEPARATOR in pattern
    return not_of_form(pattern, joined=joined and not crosses)


def _everything(cells: "pa.StringArray") -> "pa.Int64Array | None":
    return some(cells.is_valid())


def _not_of_length(least: int, most: int | None) -> Test:
    least, most = min(least, 2**31 - 1), None if most is None else min(most, 2**31 - 1)  # more than Arrow's texts have

    def test(cells: "pa.StringArray") -> "pa.Int64Array | None":
        import pyarrow.compute as pc

        # A character takes one to four bytes: mostly the bytes decide.
        span = pc.min_max(pc.binary_length(cells)).as_py()
        if (span["min"] or 0) >= least * (4 if least > 1 else 1) and (most is None or (span["max"] or 0) <= most):
            return None
        lengths = pc.utf8_length(cells)
        good = pc.greater_equal(lengths, number_scalar(least, "int32"))
        if most is not None:
            good = pc.and_(good, pc.less_equal(lengths, number_scalar(most, "int32")))
        return all_but(good)

    return test


def _not_a_value(field: Field, *, joined: bool) -> Test:
    """Test whether texts are integers, numbers or dates, and within bounds.

    Arrow casts more than the types allow: hexadecimal digits, NaN, a year 0. Where the bytes of a column are only those
    that the type needs, what it casts is right.
    """
    kind = field.type
    of_form = not_of_form(FORMS[kind], joined=joined)
    low, high = _bounds(field)
    if (kind == "integer" and not (low < 2**63 and high >= -(2**63))) or math.inf in (low, -high):
        return _everything

    def test(cells: "pa.StringArray") -> "pa.Int64Array | None":
        import pyarrow as pa
        import pyarrow.compute as pc

        wrong = None
        try:
            plain = not bytes_of(cells).translate(None, BYTES[kind]) and longest(cells) <= LONGEST_NUMBER
            values = _cast(cells, kind) if plain else None
        except pa.ArrowInvalid:
            values = None
        if values is None:
            wrong = of_form(cells)
            values = _cast(nulled_at(cells, wrong) if wrong is not None else cells, kind)
        span = pc.min_max(values).as_py()
        if span["min"] is None or (low <= span["min"] and span["max"] <= high):
            return wrong
        least, most = (number_scalar(bound, str(values.type)) for bound in (low, high))
        within = pc.and_(pc.greater_equal(values, least), pc.less_equal(values, most))
        found = [rows for rows in (wrong, all_but(within)) if rows is not None]
        return pa.concat_arrays(found) if found else None

    return test


def _bounds(field: Field) -> tuple[float, float]:
    """Return the least and the greatest value of a column, as `_cast` gives values."""
    bounds = (field.constraints.minimum, field.constraints.maximum)
    low, high = (None if bound is None else to_text(bound) for bound in bounds)
    if field.type == "date":
        days = [(date.fromisoformat(text) - EPOCH).days for text in (low or "0001-01-01", high or "9999-12-31")]
        return days[0], days[1]
    if field.type == "integer":
        return max(int(low or -(2**63)), -(2**63)), min(int(high or 2**63 - 1), 2**63 - 1)
    # What equals a bound is for the judge: as float64, two numbers that are very near are one.
    return (
        -math.inf if low is None else math.nextafter(float(low), math.inf),
        math.inf if high is None else math.nextafter(float(high), -math.inf),
    )


def _cast(cells: "pa.StringArray", kind: str) -> Any:
    import pyarrow as pa

    if kind == "date":
        return cells.cast(pa.date32()).cast(pa.int32())
    return cells.cast(pa.int64() if kind == "integer" else pa.float64())


def _compiles(pattern: str) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        for form in (WHOLE, TOGETHER):
            pc.match_substring_regex(text_array([""]), form.format(pattern))
    except pa.ArrowInvalid:
        return False
    return True
