"""Run one peer on one case in a process of its own, and print what it took and what it found, as JSON.

Usage: python benchmarks/measure.py PEER CASE ROWS FOLDER STARTED

STARTED is the time of day at which the process was begun, so that the whole process can be measured from within.
The clock stops before the findings are compared with what was planted.
"""

import importlib
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from faults import DUPLICATES, Fault
from generate import Case
from peers import PEERS, Finding


@dataclass
class Verdict:
    """What a peer found, held against what was planted."""

    planted: int = 0
    found: int = 0
    missed: dict[str, int] = field(default_factory=dict)
    """Planted and not found, by class."""
    wrong: dict[str, int] = field(default_factory=dict)
    """Said and not planted, by class."""
    wrong_lines: int = 0
    without_line: int = 0
    without_column: int = 0
    listed: int = 0
    """How many of the findings were listed; the others were counted only."""


def compare(findings: Iterable[Finding], planted: Iterable[Fault], totals: Mapping[str, int] | None = None) -> Verdict:
    """Hold findings against what was planted; the other row of a repeated key may be named, but need not be."""
    faults: dict[tuple[str, int], dict[str, Fault]] = {}
    twins = set()
    for fault in planted:
        faults.setdefault((fault.code, fault.row), {})[fault.column] = fault
        if fault.code in DUPLICATES:
            twins.add((fault.code, fault.twin))
    found: dict[Fault, Finding] = {}
    wrong: Counter[str] = Counter()
    listed = 0
    for finding in findings:
        listed += 1
        there = faults.get((finding.code, finding.row), {})
        hits = [there[finding.column]] if finding.column in there else [] if finding.column else list(there.values())
        found.update(dict.fromkeys(hits, finding))
        if not hits and (finding.code, finding.row) not in twins:
            wrong[finding.code] += 1
    everything = [fault for each in faults.values() for fault in each.values()]
    missed = Counter(fault.code for fault in everything if fault not in found)
    if totals is not None and listed < len(everything):  # the others may have been counted
        by_code = Counter(fault.code for fault in found)
        missed -= Counter({code: count - by_code[code] for code, count in totals.items()})
    return Verdict(
        planted=len(everything),
        found=len(everything) - missed.total(),
        missed=dict(missed),
        wrong=dict(wrong),
        wrong_lines=sum(finding.line not in (None, fault.line) for fault, finding in found.items()),
        without_line=sum(finding.line is None for finding in found.values()),
        without_column=sum(bool(fault.column and not finding.column) for fault, finding in found.items()),
        listed=listed,
    )


def peak_memory() -> int:
    """Return the most bytes that this process has held at once."""
    try:  # of this program alone: ru_maxrss begins with what the process held before it became this one
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) * 1024
    except (OSError, StopIteration):
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return held if sys.platform == "darwin" else held * 1024


def cpu() -> float:
    """Return the seconds of processor time of this process and its children."""
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in usage)


def measure(name: str, case: Case, started: float) -> dict[str, Any]:
    """Run a peer once; what it cannot take is told, not raised."""
    peer = PEERS[name]
    module = importlib.import_module(f"peers.{peer.module}")
    processor, clock = cpu(), time.perf_counter()
    try:
        result = module.check(case)
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error) else ''}"}
    measured = {
        "wall": time.perf_counter() - clock,
        "cpu": cpu() - processor,
        "peak": peak_memory(),
        "whole": time.time() - started,
    }
    if peer.validates:
        counted = module.totals(result) if hasattr(module, "totals") else None
        measured |= asdict(compare(module.found(result), case.planted(), counted))
    return measured


def main() -> None:
    """Measure what the command line says."""
    peer, case, rows, folder, started = sys.argv[1:]
    print(json.dumps(measure(peer, Case(case, int(rows), Path(folder)), float(started))))


if __name__ == "__main__":
    main()
