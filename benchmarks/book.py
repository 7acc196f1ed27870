"""What was measured, and how it is told: medians, tables, the machine."""

import os
import platform
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

from peers import PEERS

Run = dict[str, Any]


@dataclass
class Result:
    """The runs of one peer on one case."""

    peer: str
    case: str
    rows: int
    measured_rows: int
    """The rows it was run on; where they are fewer, its times are scaled."""
    runs: list[Run] = field(default_factory=list)

    @property
    def refused(self) -> str | None:
        """Why there is no result, if there is none."""
        return next((run["refused"] for run in self.runs if "refused" in run), None)

    def __call__(self, figure: str) -> float | None:
        """Return the median of one figure: `wall`, `whole`, `cpu` (seconds, scaled) or `peak` (bytes)."""
        if self.refused is not None or not self.runs:
            return None
        found = float(median(run[figure] for run in self.runs))
        return found if figure == "peak" else found * self.rows / self.measured_rows

    def faults(self) -> str:
        """Tell how many faults were found, and what is amiss."""
        run = self.runs[-1]
        if "planted" not in run:
            return "–"
        told = [f"{run['found']:,} / {run['planted']:,}"]
        blind = PEERS[self.peer].blind
        unseen = sum(count for code, count in run["missed"].items() if code in blind)
        missed = sum(run["missed"].values()) - unseen
        told += [f"{unseen:,} it has no rule for"] if unseen else []
        told += [f"MISSED {missed:,}"] if missed else []
        told += [f"WRONG {sum(run['wrong'].values()):,}"] if run["wrong"] else []
        told += [f"WRONG LINES {run['wrong_lines']:,}"] if run["wrong_lines"] else []
        if run["listed"] < run["found"]:
            told.append(f"{run['listed']:,} listed, the others counted")
        return "; ".join(told)


Book = dict[tuple[str, str, int], Result]


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table, its columns aligned for a terminal; all but the first and the last to the right."""
    lines = [list(headings), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    last = len(headings) - 1

    def joined(line: Sequence[str]) -> str:
        cells = (
            cell.ljust(width) if column in (0, last) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        return f"| {' | '.join(cells)} |"

    rule = ("-" * width if column in (0, last) else "-" * (width - 1) + ":" for column, width in enumerate(widths))
    return "\n".join([joined(lines[0]), f"| {' | '.join(rule)} |", *map(joined, lines[1:])])


def timings(results: Sequence[Result]) -> str:
    """Return the table of one case at one size."""
    walls = {result.peer: result("wall") for result in results}
    rows = []
    for result in results:
        peer = PEERS[result.peer]
        remarks = [peer.remark] if peer.remark else []
        if result.measured_rows < result.rows:
            scale = result.rows / result.measured_rows
            remarks.insert(0, f"measured at {result.measured_rows:,} rows, times scaled by {scale:g}, peak not")
        if result.refused is not None:
            rows.append([peer.title, *["–"] * 7, f"refused: {result.refused}"[:150].replace("|", "\\|")])
            continue
        wall, peak = result("wall"), result("peak")
        rows.append(
            [
                peer.title,
                seconds(wall),
                seconds(result("whole") if result.measured_rows == result.rows else None),
                seconds(result("cpu")),
                f"{peak / 1e6:,.0f}" if peak else "–",
                times(wall, walls.get("csodata")),
                times(wall, walls.get("pyarrow")),
                result.faults(),
                "; ".join(remarks),
            ]
        )
    headings = "peer;wall s;whole process s;CPU s;peak MB;× csodata;× bare parse;faults found / planted;remarks"
    return table(headings.split(";"), rows)


def structures(results: Sequence[Result]) -> str:
    """Return the table of the files whose structure is broken, all seeds and forms together."""
    rows = []
    for result in results:
        taken = [run for run in result.runs if "refused" not in run]
        refused = [run["refused"] for run in result.runs if "refused" in run]
        reason = refused[0][:120].replace("|", "\\|") if refused else ""
        sums = [sum(_amount(run[what]) for run in taken) for what in ("found", "planted", "missed", "wrong")]
        lines = sum(run["wrong_lines"] + run["without_line"] for run in taken)
        files = f"{len(taken)} of {len(result.runs)}"
        rows.append([PEERS[result.peer].title, files, *(f"{each:,}" for each in sums), f"{lines:,}", reason])
    headings = "peer;files taken;found;planted;missed;wrong;line wrong or not told;why refused".split(";")
    return table(headings, rows)


def _amount(value: int | dict[str, int]) -> int:
    return value if isinstance(value, int) else sum(value.values())


def seconds(value: float | None) -> str:
    """Return a time as it is printed."""
    return "–" if value is None else f"{value:.3f}" if value < 10 else f"{value:,.1f}"


def times(value: float | None, other: float | None) -> str:
    """Return a ratio as it is printed."""
    return f"{value / other:,.2f}" if value and other else "–"


def machine() -> str:
    """Describe the machine and what was compared."""
    facts = {
        "date": date.today().isoformat(),
        "processor": _first("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": f"{os.cpu_count()}; two were used, by all",
        "memory": _memory(),
        "system": platform.platform(),
        "Python": f"{platform.python_implementation()} {sys.version.split()[0]}",
    }
    packages = dict.fromkeys([*(peer.needs for peer in PEERS.values() if peer.needs), "pandas", "openpyxl", "click"])
    facts["versions"] = ", ".join(f"{name} {found}" for name in packages if (found := _version(name)))
    return "\n".join(f"- {name}: {fact}" for name, fact in facts.items())


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _first(path: str, key: str) -> str:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "")


def _memory() -> str:
    kilobytes = _first("/proc/meminfo", "MemTotal").split()
    return f"{int(kilobytes[0]) / 2**20:.1f} GiB" if kilobytes else "unknown"
