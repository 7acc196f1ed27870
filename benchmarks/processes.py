"""Whole processes, as a person starts them: small tables on the command line, and `--help`."""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from commitments import PARENTS
from generate import CACHE, cached

Times = dict[str, float]
ROWS = 1_000
EMPTY = '''"""A click program that does nothing."""

import click


@click.group()
def main() -> None:
    """Do nothing."""


main()
'''


def commands() -> dict[str, tuple[list[str], Path, int]]:
    """Return what is run: the command, its folder and its exit code, by name."""
    programs = Path(sys.executable).parent
    empty = CACHE / "empty.py"
    found: dict[str, tuple[list[str], Path, int]] = {}
    for name, code in {"clean": 0, "faults": 1}.items():
        case = cached(name, ROWS)
        ours = [str(programs / "csodata"), "validate", case.table.name, "--schema", case.schema.name]
        for table in PARENTS:
            ours += ["--parent", f"{table}={case.parent(table).name}"]
        found[f"csodata, {name}"] = ours, case.folder, code
        theirs = [str(programs / "frictionless"), "validate", case.package.name]
        found[f"frictionless, {name}"] = theirs, case.folder, code
    empty.write_text(EMPTY, encoding="utf-8")
    found["csodata --help"] = [str(programs / "csodata"), "--help"], CACHE, 0
    found["empty click program --help"] = [sys.executable, str(empty), "--help"], CACHE, 0
    return found


def measure(rounds: int) -> tuple[Times, dict[str, str]]:
    """Run each in turn, and return the medians of their times; of what cannot be run, the reason."""
    taken: dict[str, list[float]] = {}
    failed: dict[str, str] = {}
    for number in range(rounds + 1):
        for name, (command, folder, code) in commands().items():
            if name in failed:
                continue
            clock = time.perf_counter()
            try:
                done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8")
            except OSError as error:
                failed[name] = str(error)
                continue
            spent = time.perf_counter() - clock
            if done.returncode != code:
                failed[name] = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1][:120]
            elif number:  # the first round only warms the caches
                taken.setdefault(name, []).append(spent)
    return {name: median(each) for name, each in taken.items() if name not in failed}, failed
