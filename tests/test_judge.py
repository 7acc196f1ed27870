"""Guards the judge of single cells: the values and the codes of what is wrong, and that no cell makes it stumble.

Costs 2 s. That it agrees with frictionless on whole tables: test_table.py.
"""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csodata.errors import BadSchemaError
from csodata.messages import catalogue
from csodata.schema import Field, faults, read
from csodata.validation.judge import CODES, TYPE_NAMES, Judge, judges, plain_verdict, type_name


def judge(type_: str, format_: str = "default", missing: tuple[str, ...] = ("",), **constraints: Any) -> Judge:
    field = Field.model_validate({"name": "a", "type": type_, "format": format_, "constraints": constraints})
    return Judge(field, list(missing))


@pytest.mark.parametrize(
    ("type_", "cell", "value"),
    [
        ("string", " a ", " a "),
        ("integer", " +007 ", 7),
        ("number", "1.50", Decimal("1.5")),
        ("boolean", "TRUE", True),
        ("boolean", "0", False),
        ("date", "2020-02-29", date(2020, 2, 29)),
        ("integer", "", None),
        ("integer", None, None),
        ("integer", 7, 7),
        ("date", date(2020, 2, 29), date(2020, 2, 29)),
    ],
)
def test_a_good_cell_has_its_value(type_: str, cell: Any, value: Any) -> None:
    verdict = judge(type_)(cell)
    assert (verdict.value, verdict.faults) == (value, ())
    assert type(verdict.value) is type(value)


@pytest.mark.parametrize(
    ("one", "cell", "codes"),
    [
        (judge("integer"), "1_000", ["wrong-type"]),
        (judge("integer", required=True), "", ["missing-value"]),
        (judge("integer", required=True), None, ["missing-value"]),
        (judge("integer", required=True, missing=("", "-")), "-", ["missing-value"]),
        (judge("integer", minimum=2, enum=[3]), "1", ["not-in-list", "too-small"]),
        (judge("integer", maximum=2), "3", ["too-large"]),
        (judge("string", minLength=2, pattern="(?:b+)"), "a", ["too-short", "wrong-pattern"]),
        (judge("string", maxLength=2), "abc", ["too-long"]),
        (judge("string", pattern="cat|dog"), "catalog", ["wrong-pattern"]),
        (judge("string", pattern="cat|dog"), "hot", ["wrong-pattern"]),
        (judge("date", minimum="2019-01-01"), "2018-12-31", ["too-small"]),
        (judge("string", "uri"), "https://[::1", ["wrong-type"]),
    ],
)
def test_a_wrong_cell_has_its_codes(one: Judge, cell: Any, codes: list[str]) -> None:
    assert sorted(one(cell).faults) == codes
    assert ("wrong-type" in codes) <= (one(cell).value is None)


ODD = st.one_of(
    st.text(),
    st.from_regex(r"[+-]?s?[nN]a[nN][0-9]*|[0-9.eE+_-]{1,12}|[0-9]{1,5}-[0-9]{1,3}-[0-9]{1,3}", fullmatch=True),
    st.sampled_from(["9" * 5000, "1e999999999", "http://[", "https://\x00", "\ud800", "x" * 100_000]),
)
JUDGES = {
    type_: judge(type_, **constraints)
    for type_, constraints in {
        "string": {"pattern": "(?:[a-z]*)", "minLength": 1},
        "integer": {"minimum": 0},
        "number": {"minimum": 0.5, "maximum": 9},
        "boolean": {},
        "date": {"minimum": "2000-01-01"},
    }.items()
} | {format_: judge("string", format_) for format_ in ("uri", "email", "uuid")}


@given(st.sampled_from(sorted(JUDGES)), ODD)
def test_no_cell_makes_it_stumble(kind: str, cell: str) -> None:
    verdict = JUDGES[kind](cell)
    assert set(verdict.faults) <= set(catalogue())
    # What the schema's own reader of examples refuses, the judge refuses, and the other way round.
    if JUDGES[kind].field.format == "default" and len(cell) < 4300:  # Python reads no longer integers
        assert bool(verdict.faults) == bool(faults(JUDGES[kind].field, cell))


NEAR = st.one_of(
    ODD,
    st.none(),
    st.sampled_from(["", "-", "a", "cat", "dog", "3", "03", "-0", "0", "1.50", "2019-02-29", "2020-02-29", " 3"]),
    st.integers(-20, 20).map(str),
    st.decimals(-20, 20, places=2).map(str),
    st.dates().map(str),
)
COLUMNS = [
    *JUDGES.values(),
    judge("string", enum=["cat", "dog"], required=True, missing=("", "-", "0")),
    judge("string", pattern="cat|dog", maxLength=3, missing=("-",)),
    judge("integer", enum=[3, 4], maximum=3, required=True),
    judge("number", enum=[1.5, "0"], minimum=-0.5),
    judge("number", maximum=1e15, minimum="-1.50"),
    judge("date", enum=["2020-02-29"], maximum="2020-01-01"),
    judge("boolean", required=True),
]


@given(st.sampled_from(COLUMNS), NEAR)
def test_what_is_plain_is_decided_as_frictionless_decides_it(one: Judge, cell: str | None) -> None:
    plain = plain_verdict(one.field, one._missing_values, cell)
    if plain is not None:
        decided = one._decide(cell)
        assert (plain.value, sorted(plain.faults)) == (decided.value, sorted(decided.faults))
        assert type(plain.value) is type(decided.value)


def test_plain_cells_do_without_frictionless() -> None:
    run = """
import sys
from csodata.schema import Field
from csodata.validation.judge import Judge
for type_, constraints, cell in [
    ("string", {"pattern": "[a-z]+"}, "A"),
    ("string", {"enum": ["a"]}, "b"),
    ("string", {"required": True}, ""),
    ("boolean", {"required": True}, None),
    ("integer", {"maximum": 3}, "4"),
    ("number", {"minimum": 0.5}, "0.25"),
    ("date", {}, "2019-02-29"),
    ("boolean", {}, "yes"),
]:
    assert Judge(Field(name="a", type=type_, constraints=constraints), [""])(cell).faults, type_
assert "frictionless" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", run], check=True)


def test_every_code_and_type_has_its_words() -> None:
    assert set(CODES.values()) <= set(catalogue())
    schema = {"fields": [{"name": name, "type": name} for name in ("string", "integer", "number", "boolean", "date")]}
    assert {type_name(field) for field in read(schema).fields} <= set(TYPE_NAMES.values())
    assert type_name(Field(name="a", type="string", format="uri")) == TYPE_NAMES["uri"]


def test_a_column_that_frictionless_cannot_use_is_a_bad_schema() -> None:
    with pytest.raises(BadSchemaError, match="the column 'a'"):
        Judge(Field.model_validate({"name": "a", "type": "string", "constraints": {"minimum": 1}}), ["-"])("")
    assert list(judges(read({"fields": [{"name": "a", "type": "date"}]}))) == ["a"]
