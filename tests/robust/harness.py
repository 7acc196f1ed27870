"""Break a task at any of its calls that write, and look what became of the dataset."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from csodata.dataset import STAGING, Dataset
from csodata.store import LOCK

HOW = {"kill": -9, "error": 2, "full": 2, "interrupt": 130}  # how a task is broken, and its exit code then


@dataclass
class Outcome:
    """How a task ended: its exit code, the call that it was broken at, how long it took, and what it said."""

    code: int
    broken: str
    seconds: float
    out: str
    err: str


class Runner:
    """A process that runs tasks, each in a child of its own (runner.py)."""

    def __init__(self, scratch: Path) -> None:
        scratch.mkdir(parents=True, exist_ok=True)
        self.out = [scratch / "stdout", scratch / "stderr"]

    def __enter__(self) -> "Runner":
        command = [sys.executable, str(Path(__file__).with_name("runner.py"))]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def begin(self, folder: Path, *task: str, **broken: Any) -> None:
        """Start a task in a dataset's folder; `call` and `how`, or `delay` in seconds (and `after`), break it."""
        assert self.process.stdin
        order: dict[str, Any] = {"folder": str(folder), "task": task, "out": [str(path) for path in self.out], **broken}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def end(self) -> Outcome:
        """Wait for the task."""
        assert self.process.stdout
        out, err = (path for path in self.out)
        told = json.loads(self.process.stdout.readline())
        return Outcome(**told, out=out.read_text(encoding="utf-8"), err=err.read_text(encoding="utf-8"))

    def do(self, folder: Path, *task: str, **broken: Any) -> Outcome:
        """Run a task to its end."""
        self.begin(folder, *task, **broken)
        return self.end()


@contextmanager
def runners(scratch: Path, count: int) -> Iterator[list[Runner]]:
    """Give so many runners that work at the same time."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield [stack.enter_context(Runner(scratch / f"runner-{number}")) for number in range(count)]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return the dataset's files, and whatever else stands beside them under a name of its own."""
    files = (path for path in folder.rglob("*") if path.is_file() and STAGING not in path.parts and path.name != LOCK)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def spoilt(toy: Dataset) -> Path:
    """Edit a toy dataset so that the build has to write files of every kind: canonical, derived, missing, described."""
    for table in ("actors", "forums", "objectives"):
        path = toy.csv_path(table)
        heading, *rows = path.read_text(encoding="utf-8").splitlines()
        path.write_bytes("\r\n".join([heading, *reversed(rows), ""]).replace("Toy", "Play").encode())
    (toy.path / "data/README.md").unlink()
    return toy.path


@dataclass
class Broken:
    """What was found where a task was broken at each of its calls in turn."""

    calls: int = 0
    left_mixed: int = 0
    all_old: int = 0
    all_new: int = 0

    def __str__(self) -> str:
        return f"{self.calls} breaks: {self.all_old} all old, {self.all_new} all new, {self.left_mixed} mixed first"


def break_everywhere(
    runner: Runner, before: Path, task: list[str], how: str, step: int = 1, scratch: Path | None = None
) -> Broken:
    """Break a task at each call that writes until it runs unbroken, each time in a copy of a folder, and recover.

    Asserts that the set is all old or all new after the next run, that `verify` tells what is mixed, that whoever runs
    the task sees an exit code and no traceback, and that nothing is left over.
    """
    folder = (scratch or before.parent) / "broken"
    old = snapshot(before)
    copied(before, folder)
    whole = runner.do(folder, *task)
    assert whole.code == 0, whole
    new, found = snapshot(folder), Broken()
    assert new != old
    for call in range(1, 100_000, step):
        copied(before, folder)
        first = runner.do(folder, *task, call=call, how=how)
        now = snapshot(folder)
        where = f"{how} at call {call} ({first.broken}): {first}"
        if not first.broken:
            assert (first.code, now == new) == (0, True), where
            return found
        # What fails when all is in place (the empty folder, the lock's text) is no failure of the write.
        late = how == "full" or first.broken in ("rmdir", "ftruncate")
        assert first.code == HOW[how] or (first.code == 0 and late and now == new), where
        assert "Traceback" not in first.err, where
        mixed = now not in (old, new)
        if mixed:
            assert how != "interrupt", where
            told = runner.do(folder, "csodata", "verify")
            assert (told.code, f"{STAGING}: a write was broken off, so some files" in told.out) == (1, True), (
                where,
                told,
            )
        if how == "interrupt":
            assert not (folder / STAGING).exists(), where
        told_unchanged = "Nothing was changed" in first.err
        again = runner.do(folder, "recover")
        assert again.code == 0, (where, again)
        after = snapshot(folder)
        assert after in (old, new), where
        assert not (told_unchanged and after == new), where
        assert not (folder / STAGING).exists(), where
        found.calls += 1
        found.left_mixed += mixed
        found.all_old += after == old
        found.all_new += after == new
        if after == old and how == "kill":  # nothing that is left hinders the same command
            last = runner.do(folder, *task)
            assert (last.code, snapshot(folder) == new) == (0, True), (where, last)
    raise AssertionError("it never ran unbroken")


def copied(source: Path, folder: Path) -> None:
    """Make a folder a fresh copy of another."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder)


def killed_at_random(runner: Runner, toy: Dataset, times: int, seconds: float, seed: int) -> dict[str, int]:
    """Kill a process that adds a row, at random moments; assert that no row is lost and no file torn."""
    import random

    chance, rows = random.Random(seed), keys(toy)
    found = dict.fromkeys(("before it writes", "while staging", "while renaming", "done"), 0)
    for number in range(times):
        key = f"killed-{number}"
        if number % 4 == 0:
            moment: dict[str, Any] = {"delay": chance.uniform(0.0, 1.1 * seconds)}
        else:  # most of the time goes by before the writing, which is what is of interest
            moment = {"delay": chance.uniform(0.0, seconds / 12), "after": str(toy.path / STAGING)}
        outcome = runner.do(toy.path, "add-row", "actors", key, **moment)
        assert outcome.code in (0, -9), outcome
        staging = toy.path / STAGING
        # An empty folder is the first that a write leaves, and the last.
        empty = not (staging.exists() and any(staging.iterdir()))
        state = "while staging" if not empty else "done" if key in keys(toy) else "before it writes"
        if (staging / "manifest.json").exists():
            state = "while renaming"
        found[state] += 1
        told = runner.do(toy.path, "csodata", "verify")
        assert told.code == 0 if state in ("before it writes", "done") else STAGING in told.out, (state, told)
        assert runner.do(toy.path, "recover").code == 0
        now = keys(toy)
        assert now in (rows, sorted([*rows, key])), key
        assert (key in now) == (state in ("done", "while renaming")), (state, key)
        rows = now
        told = runner.do(toy.path, "csodata", "verify")
        assert told.code == 0, told
    return found


def all_at_once(crowd: list[Runner], toy: Dataset, rounds: int, seconds: float) -> dict[str, int]:
    """Let several processes write at once, one of them killed in between; assert that no row is lost or doubled.

    Each adds a row of its own, but one that builds. Whoever does not come in is told who holds the lock.
    """
    expected, found = set(keys(toy)), dict.fromkeys(("added", "built", "refused", "killed"), 0)
    for number in range(rounds):
        tasks = [["build"], *(["add-row", "actors", f"row-{number}-{each}"] for each in range(1, len(crowd)))]
        for runner, task in zip(crowd, tasks, strict=True):
            killed = {"delay": seconds * (0.5 + number % 10 / 10)} if runner is crowd[-1] else {}
            runner.begin(toy.path, *task, **killed)
        outcomes = [runner.end() for runner in crowd]
        for task, outcome in zip(tasks, outcomes, strict=True):
            assert "Traceback" not in outcome.err, outcome
            if outcome.code == 2:
                assert "is being written by " in outcome.err, outcome
                assert "(process " in outcome.err or "only just begun" in outcome.err, outcome
                found["refused"] += 1
            elif outcome.code == -9:
                found["killed"] += 1
            elif task[0] == "build":
                found["built"] += 1  # the toy's rows have no evidence, so the exit code may be 1
            else:
                assert outcome.code == 0, outcome
                expected.add(task[-1])
                found["added"] += 1
        assert crowd[0].do(toy.path, "recover").code == 0
        now = keys(toy)
        doubtful = tasks[-1][-1]  # of the process that was killed: there, or not there
        expected |= {doubtful} & set(now)
        assert now == sorted(expected), number
    told = crowd[0].do(toy.path, "csodata", "verify")
    assert told.code == 0, told
    return found


def keys(toy: Dataset) -> list[str]:
    """Return the keys of the actors as they stand in the CSV, sorted as they came."""
    lines = toy.csv_path("actors").read_text(encoding="utf-8").splitlines()[1:]
    return sorted(line.partition(",")[0] for line in lines)
