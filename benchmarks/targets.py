"""The targets: ratios of medians of one run. One that is missed is printed as missed."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from book import Book, table
from processes import Times

MILLION = 1_000_000
KEYS = 2  # that grow with the rows: the primary and the unique one; the parents do not


@dataclass(frozen=True)
class Target:
    """One figure and its bound."""

    what: str
    measured: float | None
    bound: float
    at_least: bool = False
    unit: str = ""

    def cells(self) -> list[str]:
        """Return the line of the table."""
        bound = f"{'≥' if self.at_least else '≤'} {self.bound:,g}{self.unit}"
        if self.measured is None:
            return [self.what, bound, "–", "not measured"]
        met = self.measured >= self.bound if self.at_least else self.measured <= self.bound
        whole = self.unit or self.measured >= 100 or isinstance(self.measured, int)
        shown = f"{self.measured:,.0f}" if whole else f"{self.measured:.2f}"
        return [self.what, bound, shown + self.unit, "yes" if met else "NO: missed"]


class Targets:
    """Works the targets out from what was measured."""

    def __init__(self, book: Book, whole: Times) -> None:
        self.book, self.whole = book, whole

    def figure(self, peer: str, case: str, rows: int, figure: str = "wall") -> float | None:
        """Return a median, None where it was not measured."""
        result = self.book.get((peer, case, rows))
        return result(figure) if result else None

    def ratio(self, one: str, other: str, case: str, rows: int, figure: str = "wall") -> float | None:
        """Return how many times as much one peer takes as another."""
        ours, theirs = self.figure(one, case, rows, figure), self.figure(other, case, rows, figure)
        return ours / theirs if ours and theirs else None

    def clean(self, rows: int, text: str) -> Iterator[Target]:
        """Yield the targets for clean rows."""
        large = rows > MILLION
        if not large:
            quick = self.ratio("frictionless", "csodata", "clean", rows)
            yield Target(f"{text} clean rows: times as fast as frictionless", quick, 100, at_least=True)
        bare, hand = (self.ratio("csodata", peer, "clean", rows) for peer in ("pyarrow", "polars"))
        yield Target(f"{text} clean rows: time, of a bare pyarrow parse", bare, 1.4 if large else 1.5)
        yield Target(f"{text} clean rows: time, of polars expressions by hand", hand, 0.8 if large else 1)
        if large:
            memory = self.ratio("csodata", "polars", "clean", rows, "peak")
            yield Target(f"{text} clean rows: peak memory, of theirs (a fraction: half)", memory, 0.5)
        keyless = self.ratio("csodata", "pyarrow", "without-keys", rows)
        yield Target(f"{text} clean rows without keys: time, of a bare parse", keyless, 1.2)

    def faulty(self) -> Iterator[Target]:
        """Yield the targets for rows of which one in a hundred is at fault."""
        text = "1M rows, 1 % at fault"
        quick = self.ratio("frictionless", "csodata", "faults", MILLION)
        yield Target(f"{text}: times as fast as frictionless", quick, 60, at_least=True)
        yield Target(f"{text}: time, of a bare parse", self.ratio("csodata", "pyarrow", "faults", MILLION), 2.2)
        for peer, name in {"pandera-pandas": "pandera on pandas", "pandera-polars": "pandera on polars"}.items():
            yield Target(f"{text}: time, of {name}", self.ratio("csodata", peer, "faults", MILLION), 1)
        yield Target(f"{text}: time, of DuckDB SQL", self.ratio("csodata", "duckdb", "faults", MILLION), 1)

    def exact(self) -> Iterator[Target]:
        """Yield the targets for what was found, in every case that was measured."""
        for (peer, case, rows), result in self.book.items():
            if peer != "csodata" or case not in ("faults", "structure", "column"):
                continue
            told = f"{rows:,} rows, {case}" if case != "structure" else f"structure, {len(result.runs)} files"
            taken = [run for run in result.runs if "refused" not in run]
            whole = len(taken) == len(result.runs)
            missed, wrong = (sum(sum(run[what].values()) for run in taken) for what in ("missed", "wrong"))
            lines = sum(run["wrong_lines"] + run["without_line"] for run in taken)
            columns = sum(run["without_column"] for run in taken) if case == "faults" else 0
            for what, count in {
                "faults missed": missed,
                "said wrongly": wrong,
                "lines wrong or not told": lines,
                "columns not told": columns,
            }.items():
                yield Target(f"{told}: {what}", count if whole else None, 0)

    def memory(self) -> Iterator[Target]:
        """Yield the targets for memory."""
        sizes = sorted(rows for peer, case, rows in self.book if (peer, case) == ("csodata", "without-keys"))
        for rows in sizes:
            peak = self.figure("csodata", "without-keys", rows, "peak")
            yield Target(f"{rows:,} rows without keys: peak memory", peak and peak / 1e6, 200, unit=" MB")
        for few, many in pairwise(sizes):
            extra = [self._for_keys(rows) for rows in (few, many)]
            each = (
                (extra[1] - extra[0]) / (many - few) / KEYS if extra[0] is not None and extra[1] is not None else None
            )
            yield Target(f"a row more for each key, from {few:,} to {many:,} rows", each, 120, unit=" bytes")

    def _for_keys(self, rows: int) -> float | None:
        """Return how much more memory the keys take."""
        peaks = [self.figure("csodata", case, rows, "peak") for case in ("clean", "without-keys")]
        return peaks[0] - peaks[1] if peaks[0] is not None and peaks[1] is not None else None

    def small(self) -> Iterator[Target]:
        """Yield the targets for whole processes and for workbooks."""
        for case, bound in {"clean": 0.3, "faults": 0.5}.items():
            ours, theirs = self.whole.get(f"csodata, {case}"), self.whole.get(f"frictionless, {case}")
            ratio = ours / theirs if ours and theirs else None
            yield Target(f"1 000 rows, {case}, whole process: time, of frictionless", ratio, bound)
        for case in ("workbook", "workbook-faults"):
            ratio = self.ratio("frictionless", "csodata", case, 10_000)
            told = "10 000-row workbook" + (", 1 % at fault" if case != "workbook" else "")
            yield Target(f"{told}: times as fast as frictionless", ratio, 8, at_least=True)
        ours, theirs = self.whole.get("csodata --help"), self.whole.get("empty click program --help")
        yield Target("csodata --help: time, of an empty click program", ours / theirs if ours and theirs else None, 1.3)

    def all(self) -> list[Target]:
        """Return all targets."""
        large = [*self.clean(MILLION, "1M"), *self.clean(10 * MILLION, "10M"), *self.faulty()]
        return [*large, *self.exact(), *self.memory(), *self.small()]


def verdicts(book: Book, whole: Times) -> str:
    """Return the table of the targets."""
    return table(["target", "bound", "measured", "met"], [target.cells() for target in Targets(book, whole).all()])
