"""The table that the benchmark contributes: its schema, its parents, and what its cells are drawn from."""

from datetime import date, timedelta
from itertools import product
from random import Random
from typing import Any

ID = "(?:[a-z0-9]+(?:-{1,2}[a-z0-9]+)*)"
SPEECH_ACTS = ["commitment", "pledge", "recommendation", "demand", "conclusion", "criticism", "statement"]
BINDING = ["legal", "political", "voluntary", "none"]
URI = r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#]\S*"  # for peers that have no such type
TRUE_OR_FALSE = ["true", "True", "TRUE", "1", "false", "False", "FALSE", "0"]  # as Table Schema has it
FIRST_DAY, LAST_DAY = "1990-01-01", "2030-12-31"
TITLE_LENGTH = (3, 120)
SUMMARY_LENGTH = 2_000
NUMBERS = (1, 99_999_999)
PERCENT = (0, 100)


def _field(name: str, type_: str = "string", *, format_: str = "default", **constraints: Any) -> dict[str, Any]:
    return {"name": name, "type": type_, "format": format_, "constraints": constraints}


FIELDS = [
    _field("commitment_id", required=True, pattern=ID, maxLength=80),
    _field("forum_id", required=True),
    _field("register_number", "integer", minimum=NUMBERS[0], maximum=NUMBERS[1]),
    _field("actor_id", required=True),
    _field("instrument_id"),
    _field("speech_act", required=True, enum=SPEECH_ACTS),
    _field("binding", required=True, enum=BINDING),
    _field("content_given", "boolean", required=True),
    _field("made_date", "date", required=True, minimum=FIRST_DAY, maximum=LAST_DAY),
    _field("due_date", "date"),
    _field("progress", "integer", minimum=PERCENT[0], maximum=PERCENT[1]),
    _field("title", required=True, minLength=TITLE_LENGTH[0], maxLength=TITLE_LENGTH[1]),
    _field("summary", maxLength=SUMMARY_LENGTH),
    _field("budget", "number"),
    _field("source_url", format_="uri"),
]
NAMES = [field["name"] for field in FIELDS]
KEY = "commitment_id"
COMBINATION = ["forum_id", "register_number"]
REQUIRED = [field["name"] for field in FIELDS if field["constraints"].get("required")]
PARENTS = {"forums": "forum_id", "actors": "actor_id", "instruments": "instrument_id"}


def schema(*, keys: bool) -> dict[str, Any]:
    """Return the Table Schema, with or without its primary, unique and foreign keys."""
    described: dict[str, Any] = {"fields": FIELDS, "missingValues": [""]}
    if keys:
        described |= {
            "primaryKey": [KEY],
            "uniqueKeys": [COMBINATION],
            "foreignKeys": [
                {"fields": [key], "reference": {"resource": table, "fields": [key]}} for table, key in PARENTS.items()
            ],
        }
    return described


def parent_schema(table: str) -> dict[str, Any]:
    """Return the Table Schema of a table that is pointed to."""
    key = PARENTS[table]
    fields = [_field(key, required=True), _field("name", required=True), _field("level")]
    return {"fields": fields, "missingValues": [""], "primaryKey": [key]}


# ---- ids of the parents: some 400 forums, 2 000 actors, 200 instruments

_PLACES = "africa asia europe americas oceania caribbean sahel balkans gulf pacific".split()
_SERIES = (
    "gfmd imrf rcp hld icmc mtf forum summit dialogue hearing consult assembly round review cso-day ministers workshop "
    "colloquy platform council"
).split()
_BODIES = "network council ngo union alliance centre group trust forum fund".split()
_WORK = (
    "migrant refugee labour diaspora rights women youth faith health shelter legal-aid domestic-workers seafarer "
    "return detention wages school border asylum home"
).split()
_KINDS = "compact convention declaration strategy plan resolution protocol charter guidelines agreement".split()

FORUM_IDS = [f"{series}-{year}" for series, year in product(_SERIES, range(2005, 2025))]
ACTOR_IDS = [f"{work}-{body}-{place}" for work, body, place in product(_WORK, _BODIES, _PLACES)]
INSTRUMENT_IDS = [f"{kind}-{place}-{year}" for kind, place, year in product(_KINDS, _PLACES, (2006, 2018))]
PARENT_IDS = {"forums": FORUM_IDS, "actors": ACTOR_IDS, "instruments": INSTRUMENT_IDS}

# ---- pools of cells, as a CSV file has them (what needs quotation marks bears them)

_DAYS = [date(1995, 1, 1) + timedelta(days=number) for number in range(365 * 31)]
DATES = [day.isoformat() for day in _DAYS]
WRITTEN_DATES = [f"{day.day}.{day.month}.{day.year}" for day in _DAYS]  # no date of Table Schema
INSTRUMENTS = INSTRUMENT_IDS + [""] * 200
DUE_DATES = [day.isoformat() for day in _DAYS[9_000:]] + [""] * 2_000
PROGRESS = [str(percent) for percent in range(101)] + [""] * 60
TRUTH = ["true"] * 8 + ["false"] * 4 + ["True", "FALSE"]
_numbers = Random(15)
BUDGETS = [f"{_numbers.lognormvariate(11, 2):.2f}" for _ in range(20_000)] + [""] * 20_000

_VERBS = "End Widen Review Fund Ratify Publish Monitor Strengthen Translate Open Repeal Extend Évaluer Garantir".split()
_THINGS = (
    "child detention;health care;pensions;recruitment fees;regular pathways;family reunion;safe return;data on deaths;"
    "wage protection;legal aid;l’accès à l’école;consular services;skills;sea rescue;la régularisation"
).split(";")
_WHERE = "in the region;by 2030;with diasporas;at borders;for all workers;in every State;dans chaque pays".split(";")
TITLES = [f"{verb} {thing}" for verb, thing in product(_VERBS, _THINGS)]
TITLE_ENDS = [f" {where}" for where in _WHERE] + [""] * 14

_STARTS = "Asks States to;Asks the chair to;Calls on donors to;Promises to;Will;Offers to;Invite à".split(";")
_DEEDS = "report on;pay for;join;set up;draw up;extend;review;fund;put into law;renforcer".split(";")
STARTS = [f"{start} {deed}" for start, deed in product(_STARTS, _DEEDS)]
_OBJECTS = "a fund;a plan;data;the group;a firewall;un pacte;the review;a help desk".split(";")
OBJECTS = [f"{thing} {where}" for thing, where in product(_OBJECTS, _WHERE)]
# Quotation mark around the cell, and what stands between its two halves: some quoted, few with a line break.
STYLES = [("", " ")] * 67 + [('"', ", ")] * 28 + [('"', ",\n")] * 3 + [('"', ' ""in good time"", ')] * 2

HOSTS = "https://example.org/c/;https://cso.example.net/;http://example.com/?id=".split(";")


def summary(style: tuple[str, str], start: str, end: str) -> str:
    """Return a free text as a cell of a CSV file."""
    quote, between = style
    return f"{quote}{start}{between}{end}{quote}"


def quoted(cell: str) -> str:
    """Return a text as a cell of a CSV file."""
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in ',"\n\r') else cell
