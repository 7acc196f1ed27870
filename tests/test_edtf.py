"""Guards: which EDTF texts are understood, and as which days. Costs milliseconds."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csodata.edtf import bounds
from csodata.errors import BadDateError

SCHEMA = json.loads((Path(__file__).parent.parent / "schemas/forums.json").read_text(encoding="utf-8"))
PATTERN = next(field["constraints"]["pattern"] for field in SCHEMA["fields"] if field["name"] == "start_date")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019", "2019-01-01", "2019-12-31"),
        ("2019-10", "2019-10-01", "2019-10-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("2019-10-09", "2019-10-09", "2019-10-09"),
        ("2019~", "2019-01-01", "2019-12-31"),
        ("2019-10?", "2019-10-01", "2019-10-31"),
        ("2019-10-09%", "2019-10-09", "2019-10-09"),
        ("2005-21", "2005-03-01", "2005-05-31"),
        ("2005-22", "2005-06-01", "2005-08-31"),
        ("2005-23", "2005-09-01", "2005-11-30"),
        ("2003-24", "2003-12-01", "2004-02-29"),
        ("199X", "1990-01-01", "1999-12-31"),
        ("../2016-09", None, "2016-09-30"),
        ("1998/..", "1998-01-01", None),
    ],
)
def test_forms(text: str, first: str | None, last: str | None) -> None:
    assert bounds(text) == (first and date.fromisoformat(first), last and date.fromisoformat(last))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "19",
        "2019-2",
        "2019-13",
        "2019-25",
        "2019-02-30",
        "2019-00-01",
        "2019/2020",
        "199X~",
        "2005-21~",
        "../199X",
        "199X/..",
        "../2005-22",
        "../..",
        "٢٠١٩",
        "0000",
        "2019 ",
    ],
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(BadDateError):
        bounds(text)


@given(st.dates())
def test_a_day_is_itself_and_lies_in_its_month_and_year(day: date) -> None:
    text = day.isoformat()
    assert bounds(text) == (day, day)
    for wider in (text[:7], text[:4], f"{text[:3]}X"):
        if wider == "000X":
            continue  # there is no year 0
        first, last = bounds(wider)
        assert first is not None and last is not None
        assert first <= day <= last


@given(st.integers(1, 9998), st.sampled_from([21, 22, 23, 24]))
def test_a_season_has_three_months(year: int, season: int) -> None:
    first, last = bounds(f"{year:04}-{season}")
    assert first is not None and last is not None
    assert timedelta(days=89) <= last - first <= timedelta(days=91)


@given(st.from_regex(PATTERN, fullmatch=True))
def test_what_the_schemas_take_for_a_date_is_one_here_too(text: str) -> None:
    """The schemas' pattern and `bounds` agree, but for days that no calendar has, which a rule of its own tells."""
    try:
        bounds(text)
    except BadDateError as error:
        assert "not in the calendar" in str(error)
