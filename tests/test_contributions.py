"""Guards what a sender is told: each file in tests/contributions/ gives exactly the problems that stand beside it.

FILE.expected.json holds the arguments, the exit code, every problem with its place, and words that the text must say.
It is written by hand, from what a sender should be told, before the file is first checked. Costs about 12 s: each
file is checked twice together with the published rows.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from csodata.cli import main
from csodata.report import Problem

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "contributions"
EXPECTED = {path.name.removesuffix(".expected.json"): path for path in sorted(FOLDER.glob("*.expected.json"))}
WRITTEN_HERE = {"big-cell.csv"}  # too large to be kept
ABSENT = {"missing.csv"}
QUOTED = re.compile(r"'.*'", re.DOTALL)  # what a message quotes from the file is not its own words


@pytest.fixture(autouse=True)
def _in_dataset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in the dataset, which `csodata validate` looks for around it."""
    monkeypatch.chdir(ROOT)


def contribution(name: str, folder: Path) -> Path:
    """Return the path of a contributed file; one that is too large to be kept is written into `folder`."""
    if name not in WRITTEN_HERE:
        return FOLDER / name
    head, row = (FOLDER / "semicolon.csv").read_text(encoding="utf-8").replace(";", ",").splitlines()[:2]
    path = folder / name
    path.write_text(f"{head}\n{row.replace('Forum on migration and work', 'x' * 10_000_000)}\n", encoding="utf-8")
    return path


def validate(path: Path, arguments: Sequence[str], form: str) -> Result:
    """Run `csodata validate` on a file."""
    return CliRunner().invoke(main, ["validate", str(path), *arguments, "--format", form])


@pytest.mark.parametrize("name", EXPECTED)
def test_sender_is_told_what_is_expected(name: str, tmp_path: Path) -> None:
    expected = json.loads(EXPECTED[name].read_text(encoding="utf-8"))
    path = contribution(name, tmp_path)
    as_json = validate(path, expected["args"], "json")
    as_text = validate(path, expected["args"], "text")
    told = as_text.stdout if as_text.exit_code < 2 else as_text.stderr
    assert (as_json.exit_code, as_text.exit_code) == (expected["exit"], expected["exit"]), told
    assert [words for words in expected["says"] if words not in told] == [], told
    assert "Traceback" not in as_text.output and len(told) < 20_000
    if expected["exit"] == 2:
        assert as_text.stdout == "" and told.startswith("Dataset: ") and told.count("\n") == 2, told
        assert "fault of csodata" not in told
        return
    problems = [Problem(**found) for found in json.loads(as_json.stdout)["problems"]]
    assert sorted(map(place, problems)) == sorted(
        (planted["code"], planted["cell"]) for planted in expected["problems"]
    )
    for problem in problems:
        assert is_one_sentence(problem.message), problem.message
        assert problem.severity == "repair" or problem.message in as_text.stdout  # many repairs alike are cut short


def test_each_file_has_its_expectation_and_each_expectation_its_file() -> None:
    files = {path.name for path in FOLDER.iterdir() if not path.name.startswith(".")}
    kept = {name for name in files if not name.endswith(".expected.json")}
    assert kept == EXPECTED.keys() - WRITTEN_HERE - ABSENT
    assert len(EXPECTED) >= 20


def place(problem: Problem) -> tuple[str, str]:
    """Return what an expectation says of a problem: its code, and the cell, row or column."""
    return problem.code, problem.place


def is_one_sentence(message: str) -> bool:
    """Tell whether a message, but for what it quotes, is one sentence."""
    own_words = QUOTED.sub("''", message)
    return own_words.endswith(".") and not re.search(r"[.!?]\s+[A-Z]|…", own_words)
