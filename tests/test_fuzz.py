"""Guards: no spoilt file of any format ends in an exception; scripts/fuzz.py stays alive, and tells what does fail.

Costs about 25 s: 60 inputs of each format, and 20 of Parquet, each of which starts some children; `make fuzz` tries
20 000.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

SCRIPT = ROOT / "scripts/fuzz.py"
FORMATS = ["csv", "tsv", "utf16", "xlsx", "ods", "schema"]
PLANTED = r"""
import os, subprocess, sys, time
sys.path.insert(0, {scripts!r})
import fuzz

LOOP = "import time\nwhile time.process_time() < 0.5: pass"

class Planted(fuzz.Bench):
    longest = 0.3
    patience = 2.0

    def attempt(self, form, content, number):
        if number == 1:
            {fault}
        return "report"

if __name__ == "__main__":
    sys.exit(fuzz.main(sys.argv[1:], Planted))
"""


def run(script: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, script, *map(str, arguments)], capture_output=True, text=True, timeout=600)


@pytest.mark.parametrize(("forms", "count"), [(FORMATS, 60), (["parquet"], 20)], ids=["most", "parquet"])
def test_some_inputs_of_each_format(tmp_path: Path, forms: list[str], count: int) -> None:
    chosen = [word for form in forms for word in ("--format", form)]
    done = run(SCRIPT, *chosen, "--count", count, "--failures", tmp_path)
    traces = "\n".join(path.read_text() for path in sorted(tmp_path.glob("*.txt"))[:3])
    assert done.returncode == 0, done.stdout + done.stderr + traces
    lines = [line.split()[:4] for line in done.stdout.splitlines()[1:]]
    assert [form for form, *_ in lines] == forms
    for form, inputs, reports, refusals in lines:
        assert inputs == str(count)
        # Where all are refused, or none is, the inputs are no longer good for anything.
        assert min(int(reports), int(refusals)) > 0, form


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("raise KeyError('planted')", "KeyError: 'planted'"),
        ("os.kill(os.getpid(), 11)", "Segmentation fault"),
        ("time.sleep(60)", "Timeout"),
        ("while True: pass", "It took 0.3 s of work."),
        ("subprocess.run([sys.executable, '-c', LOOP])", "most of it in a child"),
    ],
)
def test_an_exception_a_crash_a_wait_and_a_loop_are_told(tmp_path: Path, fault: str, said: str) -> None:
    script, kept = tmp_path / "planted.py", tmp_path / "kept"
    script.write_text(PLANTED.format(scripts=str(SCRIPT.parent), fault=fault))
    done = run(script, "--format", "csv", "--count", 4, "--jobs", 1, "--failures", kept)
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines()[1].split()[:5] == ["csv", "4", "3", "0", "1"]
    assert said in (kept / "csv-1-1.txt").read_text()


def test_the_seed_gives_the_same_inputs(tmp_path: Path) -> None:
    script = tmp_path / "planted.py"
    script.write_text(PLANTED.format(scripts=str(SCRIPT.parent), fault="raise KeyError('planted')"))
    inputs = []
    for jobs in (1, 2):
        kept = tmp_path / str(jobs)
        assert run(script, "--format", "csv", "--count", 4, "--jobs", jobs, "--failures", kept).returncode == 1
        inputs.append((kept / "csv-1-1.csv").read_bytes())
    assert inputs[0] == inputs[1]
