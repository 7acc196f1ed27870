"""Rows whose structure is broken: blank, short and long ones, quotation marks astray and never closed.

Each is made so that what Python's csv module reads is known beforehand, and with it what is wrong there.
"""

from collections.abc import Iterator
from random import Random

from commitments import KEY, NAMES
from faults import AT, Cells

SHARE = 100  # one row of so many is broken
KINDS = "blank commas short long unclosed stray-in-title stray-after-quote stray-in-list".split()
Found = list[tuple[str, str, int]]
BLANK: Found = [("blank-row", "", 0), ("missing-key", KEY, 0)]


def spoilt_records(rows: Iterator[Cells], rng: Random) -> Iterator[tuple[str, Found]]:
    """Yield records, and class and column of what is wrong with each; the last one never closes its quotation mark."""
    kept: Cells | None = None  # one row is held back, since the last one is told apart
    kinds = [""]
    for cells in rows:
        if kept is not None and rng.randrange(SHARE) == 0:
            kinds = kinds[1:] or rng.sample(KINDS, len(KINDS))
            if kinds[0] == "unclosed":
                yield _unclosed(kept, cells)
                kept = None
                continue
            yield _spoilt(kept, kinds[0], rng)
        elif kept is not None:
            yield ",".join(kept), []
        kept = cells
    if kept is not None:
        yield _unclosed(kept, None)


def _spoilt(cells: Cells, kind: str, rng: Random) -> tuple[str, Found]:
    if kind == "blank":
        return "", BLANK
    if kind == "commas":
        return "," * (len(NAMES) - 1), BLANK
    if kind == "short":  # of its last columns, which may be empty
        length = rng.randrange(AT["summary"], len(NAMES))
        return ",".join(cells[:length]), [("short-row", name, 0) for name in NAMES[length:]]
    if kind == "long":
        return ",".join(cells + rng.choice([["x"], [""], ["x", "2019"]])), [("long-row", "", 0)]
    if kind == "stray-in-list":
        place = AT["speech_act"]
        cells[place] = cells[place][:4] + '"' + cells[place][4:]
        return ",".join(cells), [("not-in-list", "speech_act", 0)]
    place = AT["title"]  # a free text: a quotation mark within it, or behind the closing one, is text like any other
    title = cells[place]
    cells[place] = f'"{title}" etc.' if kind == "stray-after-quote" else f'{title[:9]}"{title[9:]}'
    return ",".join(cells), []


def _unclosed(cells: Cells, swallowed: Cells | None) -> tuple[str, Found]:
    """Open a quotation mark at the summary, which goes on to the one at the end of the next row, or of the file."""
    place = AT["summary"]
    cells[place] = '"' + _plain(cells[place])
    record = ",".join(cells)
    short: Found = [("short-row", name, 0) for name in NAMES[place + 1 :]]
    if swallowed is None:
        return record, [*short, ("unclosed-quote", "", 0)]
    swallowed[place] = _plain(swallowed[place])
    return record + "\n" + ",".join(swallowed) + '"', short


def _plain(cell: str) -> str:
    return cell.replace('"', "")
