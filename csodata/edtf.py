"""EDTF dates, in the few forms in use here: a text → its earliest and its latest day.

The forms (Extended Date/Time Format, ISO 8601-2): a year, month or day, each with `~`, `?` or `%` at its end if it is
approximate or uncertain; a season `2005-22` (21 spring, 22 summer, 23 autumn, 24 winter: northern, winter from December
to February); a decade `199X`; an open span `../2016-09` or `1998/..`.
"""

import re
from calendar import monthrange
from datetime import date

from csodata.errors import BadDateError

_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?[~?%]?")
_DECADE = re.compile(r"([0-9]{3})X")
_SEASON = re.compile(r"([0-9]{4})-(2[1-4])")
_FIRST_MONTH_OF_SEASON = {"21": 3, "22": 6, "23": 9, "24": 12}

Bounds = tuple[date | None, date | None]


def bounds(text: str) -> Bounds:
    """Return the earliest and the latest day that an EDTF text allows; an open side is None.

    Qualifiers do not widen the span. Raises BadDateError for another form and for a day that no calendar has.
    """
    if text.startswith("../"):
        return None, _day(text[3:])[1]
    if text.endswith("/.."):
        return _day(text[:-3])[0], None
    if decade := _DECADE.fullmatch(text):
        return _date(int(decade[1]) * 10, 1, 1, text), _date(int(decade[1]) * 10 + 9, 12, 31, text)
    if season := _SEASON.fullmatch(text):
        year, month = int(season[1]), _FIRST_MONTH_OF_SEASON[season[2]]
        last = _date(year + (month == 12), (month + 1) % 12 + 1, 1, text)
        return _date(year, month, 1, text), _last_day_of_month(last)
    return _day(text)


def _day(text: str) -> tuple[date, date]:
    match = _DAY.fullmatch(text)
    if not match:
        raise BadDateError(f"'{text}' is not a date in a form that is used here, such as 2019, 2019-10 or 2019-10-09.")
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if not match[2]:
        return _date(year, 1, 1, text), _date(year, 12, 31, text)
    if match[3]:
        return _date(year, month, day, text), _date(year, month, day, text)
    first = _date(year, month, 1, text)
    return first, _last_day_of_month(first)


def _date(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BadDateError(f"'{text}' is not in the calendar: {error}.") from None


def _last_day_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
