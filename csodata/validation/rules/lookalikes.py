"""The rule of look-alikes: no name is another row's name in letters of another script."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from csodata.folding import folded
from csodata.report import Problem
from csodata.validation.records import Record, problem_in
from csodata.validation.rules.world import World

# Letters of Cyrillic and Greek that look as Latin ones do.
TWINS = str.maketrans(
    "АВЕЅІЈКМНОРСТУХԚԜаеѕіјорсухһԁԛԝѵΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχ",
    "ABESIJKMHOPCTYXQWaesijopcyxhdqwvABEZHIKMNOPTYXaikvoptux",
)
COLUMNS = {"forums": "name", "actors": "name", "instruments": "name", "sources": "title"}


def names_have_no_twins(world: World) -> Iterator[Problem]:
    """Yield the names that look as another row's name does, and are written with other letters."""
    holders: dict[str, dict[str, list[str]]] = {}
    for record in world.focus_on(*COLUMNS, "names"):
        table = record["table_name"] if record.table == "names" else record.table
        column = COLUMNS.get(record.table, "name")
        latin = _latin(record[column])
        if table not in COLUMNS or latin == record[column]:
            continue
        if table not in holders:
            holders[table] = _holders(world, table)
        own = _holder(world, record)
        others = [key for key in holders[table].get(folded(latin), ()) if key != own]
        if others:
            yield problem_in(record, "look-alike-name", column, detail=others[0])


def _latin(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text).translate(TWINS)


def _holders(world: World, table: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for record in [*world.rows(table), *world.rows("names")]:
        if record.table == table or record["table_name"] == table:
            found[folded(record[COLUMNS.get(record.table, "name")])].append(_holder(world, record))
    return found


def _holder(world: World, record: Record) -> str:
    return record["record_id"] if record.table == "names" else world.key(record)
