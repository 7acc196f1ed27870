"""Feed spoilt files to csodata's readers and validator: each must end in a report or a refusal, soon, in little memory.

Exit 0: so it was. 1: an exception, a crash, a hang, or too much memory; inputs that did it are kept, with tracebacks.
"""

import argparse
import faulthandler
import json
import multiprocessing
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from fuzz_files import ROOT, SCHEMA, TABLES, good_files
from fuzz_inputs import spoilt

FORMATS = {
    "csv": "csv",
    "tsv": "tsv",
    "utf16": "csv",
    "xlsx": "xlsx",
    "ods": "ods",
    "parquet": "parquet",
    "schema": "json",
}
MOST_MEMORY = 500
"""Megabytes that a worker may have held at any time."""
ADDRESSES = 8_000_000_000
"""Bytes of addresses that a worker may reserve (Arrow reserves far more than it uses)."""
SHARE = 5
"""Every so many inputs one goes through `validate_contribution` too, which takes longest."""
KEPT = 3
"""Inputs kept of those that fail in the same place."""
PRELOADED = ["csodata.validation", "csodata.reading.workbook", "frictionless", "pyarrow.parquet", "xlsxwriter"]
"""Imported once, before the processes are forked."""


class Tried(NamedTuple):
    """What became of one input."""

    number: int
    end: str
    """`report`, `refusal`, `exception` or `crash`."""
    trace: str = ""
    seconds: float = 0.0
    """Of work."""
    memory: float = 0.0
    """The most that the process has held so far, in megabytes."""


class Bench:
    """A folder with the toy dataset, where inputs are tried."""

    longest = 20.0
    """Seconds of work, children's too, that one input may take; this process ends then, wherever it is."""
    patience = 120.0
    """Seconds of any time, for what waits instead of working; so long that a busy machine does not reach them."""

    def __init__(self, folder: Path) -> None:
        from csodata.dataset import DESCRIPTOR, Dataset

        self.folder = folder
        shutil.copytree(ROOT / "schemas", folder / "schemas")
        shutil.copyfile(ROOT / DESCRIPTOR, folder / DESCRIPTOR)
        (folder / "data").mkdir()
        self.toy = Dataset(folder)
        self.forums = self.toy.schema_path("forums").read_bytes()
        for table in self.toy.tables:
            names = [column["name"] for column in self.toy.schema_descriptor(table)["fields"]]
            rows = ROOT / "tests/toy" / f"{table}.csv"
            _write_toy(self.toy.csv_path(table), names, rows)

    def attempt(self, form: str, content: bytes, number: int) -> str:
        """Try one input; return `report` or `refusal`. Whatever else happens is raised."""
        from csodata.errors import CsodataError

        path = self.folder / f"input.{FORMATS[form]}"
        path.write_bytes(content)
        refusals = 0
        for call in (self._read, self._check_table, *([] if number % SHARE else [self._check_contribution])):
            try:
                call(form, path)
            except CsodataError as error:
                refusals += 1
                if not str(error):
                    raise ValueError("a refusal without a sentence") from error
        return "refusal" if refusals else "report"

    def _read(self, form: str, path: Path) -> None:
        from csodata.reading import read

        if form != "schema":
            read(path)

    def _check_table(self, form: str, path: Path) -> None:
        from csodata.validation import validate_table

        if form != "schema":
            self._print(validate_table(SCHEMA, path, TABLES))
            return
        table = good_files("csv")[0]
        self._print(validate_table(path, table, TABLES))
        try:
            schema = json.loads(path.read_bytes())
        except (ValueError, RecursionError):
            return
        if isinstance(schema, dict):
            self._print(validate_table(schema, table, TABLES))

    def _check_contribution(self, form: str, path: Path) -> None:
        from csodata.validation import validate_contribution

        if form != "schema":
            self._print(validate_contribution(self.toy, [path], "forums"))
            return
        sent = self.folder / "forums.csv"
        sent.write_bytes(good_files("csv")[2])
        self.toy.schema_path("forums").write_bytes(path.read_bytes())
        try:
            self._print(validate_contribution(self.toy, [sent]))
        finally:
            self.toy.schema_path("forums").write_bytes(self.forums)

    @staticmethod
    def _print(report: object) -> None:
        """Render a report both ways, as the command line would."""
        from csodata.report import Report
        from csodata.report.text import render

        if not isinstance(report, Report):
            raise TypeError(f"no report but {report!r}")
        report.to_json().encode()
        render(report)


def _write_toy(path: Path, names: list[str], source: Path) -> None:
    import csv

    rows = list(csv.DictReader(source.read_text(encoding="utf-8").splitlines())) if source.is_file() else []
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def work(sending: Connection, make: type[Bench], form: str, seed: int, numbers: Sequence[int], log: Path) -> None:
    """Try some inputs in this process; send 0 when all is ready, then what became of each."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    with tempfile.TemporaryDirectory() as folder, log.open("w") as file:
        faulthandler.enable(file)
        faulthandler.register(signal.SIGPROF, file, chain=True)  # told in native code too; then the process ends
        bench = make(Path(folder))
        sending.send(0)
        for number in numbers:
            content, trace = spoilt(form, seed, number), ""
            signal.setitimer(signal.ITIMER_PROF, bench.longest)
            faulthandler.dump_traceback_later(bench.patience, exit=True, file=file)
            start = _work()
            try:
                end = bench.attempt(form, content, number)
            except KeyboardInterrupt:
                raise
            except BaseException:  # a panic in calamine derives from BaseException
                end, trace = "exception", traceback.format_exc()
            seconds = _work() - start
            if seconds > bench.longest and not trace:
                end, trace = "exception", f"It took {seconds:.1f} s of work, most of it in a child."
            faulthandler.cancel_dump_traceback_later()
            signal.setitimer(signal.ITIMER_PROF, 0)
            sending.send(Tried(number, end, trace, seconds, _peak()))


def _work() -> float:
    """Return the seconds that this process, and those that it started and that have ended, have worked."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _peak() -> float:
    """Return the most that this process, or one that it started, has held, in megabytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) * unit / 1e6
    )


def supervise(make: type[Bench], form: str, seed: int, numbers: Sequence[int], log: Path) -> Iterator[Tried]:
    """Have inputs tried in a process of their own, and in another one after each that ended it."""
    context = multiprocessing.get_context("forkserver")
    while numbers:
        receiving, sending = context.Pipe(duplex=False)
        process = context.Process(target=work, args=(sending, make, form, seed, numbers, log))
        process.start()
        sending.close()
        ready, done = False, 0
        try:
            ready = receiving.recv() == 0
            while done < len(numbers):
                yield receiving.recv()
                done += 1
        except EOFError:
            process.join()
            if not ready:
                raise RuntimeError("a worker could not start") from None
            worked = process.exitcode == -signal.SIGPROF
            why = f"It took {make.longest:g} s of work." if worked else f"The process ended with {process.exitcode}."
            yield Tried(numbers[done], "crash", f"{why}\n{log.read_text()}", make.longest if worked else 0.0)
        process.join()
        numbers = numbers[done + 1 :]


def fuzz(make: type[Bench], form: str, count: int, seed: int, jobs: int, failures: Path) -> list[Tried]:
    """Try `count` inputs of a format in `jobs` processes, and keep those that fail in the folder `failures`."""
    with tempfile.TemporaryDirectory() as logs, ThreadPoolExecutor(jobs) as pool:
        shares = [(make, form, seed, range(job, count, jobs), Path(logs) / str(job)) for job in range(jobs)]
        tried = [one for share in pool.map(lambda share: list(supervise(*share)), shares) for one in share]
    places: Counter[str] = Counter()
    for one in sorted(tried):
        if not one.trace:
            continue
        place = "\n".join(line for line in one.trace.splitlines() if line.lstrip().startswith("File"))
        places[place] += 1
        if places[place] <= KEPT:
            failures.mkdir(parents=True, exist_ok=True)
            path = failures / f"{form}-{seed}-{one.number}.{FORMATS[form]}"
            path.write_bytes(spoilt(form, seed, one.number))
            path.with_suffix(".txt").write_text(f"{form}, seed {seed}, number {one.number}\n{one.trace}")
    for place, times in places.most_common():
        print(f"{form}: {times} times\n{place}", file=sys.stderr)
    return tried


def main(arguments: Sequence[str], make: type[Bench] = Bench) -> int:
    """Run all, print a line for each format, return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", action="append", choices=FORMATS, help="only this one; may be given again")
    parser.add_argument("--count", type=int, default=20_000, help="inputs of each format")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    parser.add_argument("--failures", type=Path, default=Path("fuzz-failures"), help="folder for inputs that fail")
    given = parser.parse_args(arguments)
    multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOADED)
    code = 0
    print("format    inputs  reports refusals exceptions  slowest  memory    took")
    for form in given.format or FORMATS:
        start = time.perf_counter()
        tried = fuzz(make, form, given.count, given.seed, given.jobs, given.failures)
        ends, memory = Counter(one.end for one in tried), max(one.memory for one in tried)
        slowest, bad = max(one.seconds for one in tried), ends["exception"] + ends["crash"]
        took = time.perf_counter() - start
        print(
            f"{form:8} {len(tried):7,} {ends['report']:8,} {ends['refusal']:8,} {bad:10,} {slowest:6.2f} s"
            f" {memory:4.0f} MB {took:5.0f} s",
            flush=True,
        )
        if bad or memory > MOST_MEMORY or len(tried) != given.count:
            code = 1
    if code:
        print(f"Some failed; more than {MOST_MEMORY} MB is a failure too. See {given.failures}.", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
