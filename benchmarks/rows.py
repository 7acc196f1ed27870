"""The rows of a contribution, right in every cell, drawn one batch after the other."""

from collections.abc import Iterator
from random import Random

from commitments import (
    ACTOR_IDS,
    BINDING,
    BUDGETS,
    DATES,
    DUE_DATES,
    FORUM_IDS,
    HOSTS,
    INSTRUMENTS,
    OBJECTS,
    PROGRESS,
    SPEECH_ACTS,
    STARTS,
    STYLES,
    TITLE_ENDS,
    TITLES,
    TRUTH,
    summary,
)
from faults import Cells

BATCH = 10_000
BLOCK = 100  # rows, of which one is at fault
MASK = 2**32 - 1


class Numbers:
    """A number of 32 bits for each row, no two alike, in no order; whatever must be unique is made from it."""

    def __init__(self, rng: Random) -> None:
        self._offset = rng.randrange(MASK)

    def __call__(self, index: int) -> int:
        """Return the number of a row: the mixer at the end of MurmurHash3, which is one to one."""
        mixed = (index + self._offset) & MASK
        mixed = ((mixed ^ mixed >> 16) * 0x85EBCA6B) & MASK
        mixed = ((mixed ^ mixed >> 13) * 0xC2B2AE35) & MASK
        return mixed ^ mixed >> 16

    def keys(self, index: int) -> Cells:
        """Return the first cells of a row: its id, its forum, its number in the register of that forum."""
        number = self(index)
        forum = FORUM_IDS[number % 400]
        registered = str(number // 400 + 1) if number % 37 else ""
        return [f"{forum}--{number:x}", forum, registered]

    def at_fault(self, block: int) -> int:
        """Return the row of a block that is at fault: never the first of all, which has none before it to repeat."""
        return block * BLOCK + 1 + self(block) % (BLOCK - 1)

    def earlier(self, index: int, rng: Random) -> int:
        """Return an earlier row that is right and has all its keys."""
        while True:
            row = rng.randrange(index)
            if row != self.at_fault(row // BLOCK) and self(row) % 37:
                return row


def right_rows(count: int, rng: Random, numbers: Numbers) -> Iterator[Cells]:
    """Yield rows without fault, their cells as a CSV file has them."""
    for start in range(0, count, BATCH):
        size = min(BATCH, count - start)
        texts = zip(rng.choices(STYLES, k=size), rng.choices(STARTS, k=size), rng.choices(OBJECTS, k=size), strict=True)
        columns = zip(
            range(start, start + size),
            rng.choices(ACTOR_IDS, k=size),
            rng.choices(INSTRUMENTS, k=size),
            rng.choices(SPEECH_ACTS, k=size),
            rng.choices(BINDING, k=size),
            rng.choices(TRUTH, k=size),
            rng.choices(DATES, k=size),
            rng.choices(DUE_DATES, k=size),
            rng.choices(PROGRESS, k=size),
            map(str.__add__, rng.choices(TITLES, k=size), rng.choices(TITLE_ENDS, k=size)),
            (summary(*parts) for parts in texts),
            rng.choices(BUDGETS, k=size),
            rng.choices(HOSTS, k=size),
            strict=True,
        )
        for index, *cells, host in columns:
            yield [*numbers.keys(index), *cells, f"{host}{numbers(index) ^ 0x2A2A2A:x}"]
