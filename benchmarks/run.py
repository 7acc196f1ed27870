"""Compare csodata with its peers, each measurement in a process of its own, and hold the medians against the targets.

Usage: python benchmarks/run.py [--rows N ...] [--case NAME ...] [--peers NAME ...] [--rounds N] [--full] [--write FILE]

Two processors are lent to all. The peers take turns, round after round. Contributions are written once, into
benchmarks/.cache (2.3 GB for ten million rows, and as much again with faults).
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import processes
from book import Book, Result, Run, machine, seconds, structures, table, timings
from generate import FORMS, Case, cached
from peers import PEERS
from targets import verdicts

HERE = Path(__file__).parent
SIZED = ("clean", "without-keys", "faults", "column")  # measured at every number of rows
TITLES = {
    "clean": "clean",
    "without-keys": "clean, schema without keys",
    "faults": "1 % of the rows at fault",
    "column": "one column all wrong",
    "workbook": "clean workbook",
    "workbook-faults": "workbook, 1 % of the rows at fault",
}
WORKBOOKS = ("workbook", "workbook-faults")
WORKBOOK_ROWS = 10_000
READ_WORKBOOKS = ("csodata", "frictionless")
STRUCTURE_ROWS = 20_000
SEEDS = (1, 2, 3)
THREADS = 2


def installed(names: Sequence[str]) -> list[str]:
    """Return the peers that are installed, and name the others."""
    found = []
    for name in names:
        try:
            version(PEERS[name].needs or "pip")
            found.append(name)
        except PackageNotFoundError:
            say(f"skipped, not installed: {name}")
    return found


def run(peer: str, case: Case) -> Run:
    """Measure one peer once, in a process of its own."""
    environment = os.environ | dict.fromkeys(["POLARS_MAX_THREADS", "OMP_NUM_THREADS"], str(THREADS))
    command = [sys.executable, str(HERE / "measure.py"), peer, case.name, str(case.rows), str(case.folder)]
    done = subprocess.run([*command, repr(time.time())], env=environment, capture_output=True, text=True)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["out of memory?"])[-1]
        return {"refused": f"ended with {done.returncode}: {reason}"}
    measured: Run = json.loads(done.stdout.splitlines()[-1])
    return measured


def measure(book: Book, peers: Sequence[str], name: str, rows: int, rounds: int, full: bool) -> list[Result]:
    """Measure the peers in turn on one case, and enter them in the book."""
    results, turns = [], []
    for peer in peers:
        in_full = full or rows <= PEERS[peer].in_full
        result = Result(peer, name, rows, rows if in_full else PEERS[peer].in_full)
        known = book.get((peer, name, result.measured_rows))
        if known and known.measured_rows == known.rows:
            result.runs = known.runs  # as it was measured in this run
        else:
            once = full and rows > PEERS[peer].in_full
            turns.append((result, cached(name, result.measured_rows), 1 if once else rounds))
        book[peer, name, rows] = result
        results.append(result)
    for number in range(rounds):
        for result, case, most in turns:
            if number >= most or result.refused is not None:
                continue
            with case.table.open("rb") as file:  # into the system's cache, for all alike
                while file.read(2**24):
                    pass
            say(f"round {number + 1} of {most}: {result.peer}, {name}, {case.rows:,} rows")
            result.runs.append(run(result.peer, case))
    return results


def structure(book: Book, peers: Sequence[str]) -> list[Result]:
    """Run each validating peer once on every file whose structure is broken."""
    results = []
    for peer in peers:
        result = Result(peer, "structure", STRUCTURE_ROWS, STRUCTURE_ROWS)
        for seed in SEEDS:
            for form in FORMS:
                say(f"{peer}, structure, seed {seed}, {form}")
                result.runs.append(run(peer, cached("structure", STRUCTURE_ROWS, seed, form)))
        book[peer, "structure", STRUCTURE_ROWS] = result
        results.append(result)
    return results


def sections(given: argparse.Namespace) -> Iterator[str]:
    """Measure what was asked for, and yield the results as Markdown, piece by piece."""
    book: Book = {}
    whole: processes.Times = {}
    wanted = [*SIZED, "structure", "processes", *WORKBOOKS] if given.case is None else given.case
    peers = installed(given.peers)
    yield f"# Benchmark\n\nWritten by `benchmarks/run.py`; medians of {given.rounds} rounds.\n\n{machine()}"
    for rows in sorted(given.rows):
        for name in [name for name in SIZED if name in wanted]:
            results = measure(book, peers, name, rows, given.rounds, given.full)
            yield f"## {rows:,} rows, {TITLES[name]}\n\n{timings(results)}"
    for name in [name for name in WORKBOOKS if name in wanted]:
        readers = [peer for peer in peers if peer in READ_WORKBOOKS]
        results = measure(book, readers, name, WORKBOOK_ROWS, given.rounds, given.full)
        yield f"## {WORKBOOK_ROWS:,} rows, {TITLES[name]}\n\n{timings(results)}"
    if "structure" in wanted:
        results = structure(book, [peer for peer in peers if PEERS[peer].validates])
        told = f"{STRUCTURE_ROWS:,} rows a file, {len(SEEDS)} seeds, each with {', '.join(FORMS)}."
        yield f"## Broken structure\n\n{told}\n\n{structures(results)}"
    if "processes" in wanted:
        say("whole processes")
        whole, failed = processes.measure(4 * given.rounds)
        lines = [[name, seconds(taken), ""] for name, taken in whole.items()]
        lines += [[name, "–", f"failed: {reason}".replace("|", "\\|")] for name, reason in failed.items()]
        yield f"## Whole processes, {processes.ROWS:,} rows\n\n{table(['what', 'wall s', 'remarks'], lines)}"
    yield f"## Targets\n\n{verdicts(book, whole)}"


def say(text: str) -> None:
    """Tell what is going on, beside the results."""
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Run the comparison that the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--case", nargs="+", choices=[*SIZED, "structure", "processes", *WORKBOOKS])
    parser.add_argument("--peers", nargs="+", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--full", action="store_true", help="measure slow peers at every size, there once each")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the results there too")
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):  # what is started inherits it
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])
    pieces = []
    for piece in sections(given):
        print(piece, end="\n\n", flush=True)
        pieces.append(piece)
    if given.write:
        given.write.write_text("\n\n".join(pieces) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
