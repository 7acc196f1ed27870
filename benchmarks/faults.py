"""What can be wrong with a contribution, planted one at a time: each fault has its class, its column and its place."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from random import Random
from typing import NamedTuple

from commitments import COMBINATION, KEY, LAST_DAY, NAMES, NUMBERS, PERCENT, TITLE_LENGTH, quoted

Cells = list[str]
AT = {name: index for index, name in enumerate(NAMES)}


class Fault(NamedTuple):
    """One planted fault: class (a code of csodata's), place, and for a repeated key the row that has it first."""

    code: str
    row: int
    line: int
    column: str
    twin: int = 0


@dataclass(frozen=True)
class Kind:
    """One way to spoil a row."""

    code: str
    column: str
    wrong: Callable[[Random, str], str]
    """The wrong cell, from the right one."""


def _one_of(*cells: str) -> Callable[[Random, str], str]:
    return lambda rng, cell: rng.choice(cells)


def _kinds() -> Iterator[Kind]:
    def kind(code: str, columns: str, wrong: Callable[[Random, str], str]) -> Iterator[Kind]:
        return (Kind(code, column, wrong) for column in columns.split())

    yield from kind("wrong-type", "register_number progress", _one_of("12a", "1.5", "n/a", "50%", "ten"))
    yield from kind("wrong-type", "budget", _one_of("12k", "1,500", "n/a", "1.500.000", "€ 20"))
    yield from kind("wrong-type", "content_given", _one_of("yes", "oui", "y", "2", "maybe"))
    yield from kind(
        "wrong-type", "made_date due_date", _one_of("2019-02-30", "2019", "2019-10", "9.10.2019", "10/09/2019", "soon")
    )
    yield from kind("wrong-type", "source_url", _one_of("www.example.org/a", "example.org", "http//example.org", "see"))
    yield from kind("not-in-list", "speech_act", _one_of("pledges", "Pledge", "promise", "recomendation"))
    yield from kind("not-in-list", "binding", _one_of("Legal", "politcal", "unknown"))
    yield from kind("wrong-pattern", "commitment_id", lambda rng, cell: rng.choice([cell.upper(), cell + "-"]))
    yield from kind("missing-value", "forum_id actor_id speech_act content_given made_date title", _one_of(""))
    yield from kind("too-short", "title", _one_of("?", "ok"))
    yield from kind("too-long", "title", lambda rng, cell: cell.strip('"') + " and so on" * (TITLE_LENGTH[1] // 9))
    # From the row's own number, so that no combination comes twice.
    yield from kind("too-small", "register_number", lambda rng, cell: f"-{cell or rng.randrange(10**6)}")
    yield from kind("too-large", "register_number", lambda rng, cell: f"{NUMBERS[1]}{cell or rng.randrange(10**6)}")
    yield from kind("too-small", "progress", _one_of("-1", "-20"))
    yield from kind("too-large", "progress", _one_of(str(PERCENT[1] + 1), "250"))
    yield from kind("too-small", "made_date", _one_of("1889-10-09", "1989-12-31"))
    yield from kind("too-large", "made_date", _one_of("2091-10-09", LAST_DAY.replace("2030", "2031")))
    yield from kind("unknown-reference", "forum_id actor_id", lambda rng, cell: cell.replace("-", "_", 1))
    yield from kind("unknown-reference", "instrument_id", _one_of("compact-africa", "convention-2006", "gcm"))


KINDS = list(_kinds())
DUPLICATES = {"duplicate-key": [KEY], "duplicate-combination": COMBINATION}
CODES = list(dict.fromkeys([*(kind.code for kind in KINDS), *DUPLICATES]))


def drawn(rng: Random) -> Iterator[Kind | str]:
    """Yield kinds of faults without end, each as often as every other; a repeated key is its code alone."""
    kinds: list[Kind | str] = [*KINDS, *DUPLICATES]
    for _ in cycle([0]):
        yield from rng.sample(kinds, len(kinds))


def spoil(cells: Cells, kind: Kind, rng: Random) -> None:
    """Put a wrong cell into a row."""
    cells[AT[kind.column]] = quoted(kind.wrong(rng, cells[AT[kind.column]]))


def repeat(cells: Cells, first: Cells, code: str) -> str:
    """Give a row the key of an earlier one, and return the column of that key, if it is one."""
    for column in DUPLICATES[code]:
        cells[AT[column]] = first[AT[column]]
    return DUPLICATES[code][0] if len(DUPLICATES[code]) == 1 else ""


def write_faults(faults: list[Fault], path: Path) -> None:
    """Write the list of what was planted."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Fault._fields)
        writer.writerows(faults)


def read_faults(path: Path) -> list[Fault]:
    """Read the list of what was planted."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return [Fault(code, int(row), int(line), column, int(twin)) for code, row, line, column, twin in rows]
