"""Guards the GitHub Action and the pre-commit hooks: what they check, what they tell, and that their files are right.

Real git repositories; GitHub's environment is set by hand. Costs 8 s.
"""

import importlib.util
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from conftest import ROOT

from csodata.cli import main
from csodata.dataset import Dataset

BIN = Path(sys.executable).parent
_spec = importlib.util.spec_from_file_location("action_script", ROOT / "scripts" / "action.py")
assert _spec and _spec.loader
script = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(script)
HEAD = "forum_id,name,forum_type,level,is_collective,forum_status,source,locator,citation_basis\n"
GOOD = HEAD + "new-1,New Forum,summit,local,false,held,toy-source,p. 1,stated\n"
BAD = GOOD.replace("summit", "sumit")
NAME = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *NAME, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder: Path) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "x")
    return git(folder, "rev-parse", "HEAD").strip()


@dataclass
class Told:
    code: int
    out: str
    summary: str


@dataclass
class Checkout:
    """A checkout of the toy dataset on a runner, and the commit that a pull request is held against."""

    folder: Path
    base: str
    aside: Path
    start: Callable[[dict[str, str], Path], tuple[int, str]]

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def run(self, event: object = None, folder: Path | None = None, **inputs: str) -> Told:
        """Commit, and run the action's step with what GitHub would set."""
        if folder is None:
            commit(self.folder)
        summary, told = self.aside / "summary.md", self.aside / "event.json"
        summary.write_text("", encoding="utf-8")
        told.write_text(json.dumps(event or {"pull_request": {"base": {"sha": self.base}}}), encoding="utf-8")
        paths = {"GITHUB_EVENT_PATH": str(told), "GITHUB_STEP_SUMMARY": str(summary), "GITHUB_ACTION_PATH": str(ROOT)}
        values = {name: _input(value, inputs) for name, value in step()["env"].items()}
        code, out = self.start(paths | values, folder or self.folder)
        return Told(code, out, summary.read_text(encoding="utf-8"))


def in_this_process(environment: dict[str, str], folder: Path) -> tuple[int, str]:
    """Run the script, which spares a second each time."""
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out):
        for name in [name for name in os.environ if name.startswith(("GITHUB_", "CSODATA_"))]:
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.chdir(folder)
        return script.main(), out.getvalue()


def in_a_shell(environment: dict[str, str], folder: Path) -> tuple[int, str]:
    """Run the step's command as GitHub does."""
    names = {name: text for name, text in os.environ.items() if not name.startswith(("GITHUB_", "CSODATA_"))}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step()["run"]],
        cwd=folder,
        env=names | environment | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def _input(value: str, inputs: dict[str, str]) -> str:
    expression = re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", value)
    return inputs.get(expression[1], action()["inputs"][expression[1]]["default"]) if expression else value


def action() -> dict:  # type: ignore[type-arg]
    return yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))


def step() -> dict:  # type: ignore[type-arg]
    [found] = [step for step in action()["runs"]["steps"] if step.get("name") == "csodata validate"]
    return found


@pytest.fixture
def checkout(toy: Dataset, tmp_path: Path) -> Checkout:
    git(toy.path, "init", "--quiet", "--initial-branch=main")
    (tmp_path / "aside").mkdir()
    return Checkout(toy.path, commit(toy.path), tmp_path / "aside", in_this_process)


def test_nothing_that_matters_has_changed(checkout: Checkout) -> None:
    checkout.write("notes/forums.csv", BAD)
    told = checkout.run()
    assert (told.code, told.out.split(":")[0], told.summary) == (0, "Nothing to check", "")


def test_contributed_files_are_checked_together(checkout: Checkout) -> None:
    checkout.write("contributions/forums.csv", GOOD)
    checkout.write(
        "contributions/a b; c/objectives.csv",
        "objective_id,forum_id,objective_type,title,source,locator,citation_basis\n"
        "new-2,new-1,purpose,To meet,toy-source,p. 2,stated\n",
    )
    told = checkout.run()
    assert (told.code, told.out) == (0, "All good: 2 rows in 2 files checked.\n")
    assert told.summary == "### csodata: All good: 2 rows in 2 files checked.\n\n"


@pytest.mark.parametrize("start", [in_this_process, in_a_shell])
def test_a_problem_is_told_at_its_line_and_in_the_summary(
    checkout: Checkout, start: Callable[[dict[str, str], Path], tuple[int, str]]
) -> None:
    checkout.write("contributions/forums.csv", BAD)
    checkout.start = start
    told = checkout.run()
    assert told.code == 1
    first = told.out.splitlines()[0]
    assert first.startswith("::error file=contributions/forums.csv,line=2,title=C2 [not-in-list]::'sumit'")
    assert "| C2 |" in told.summary and "`not-in-list`" in told.summary


def test_the_dataset_is_checked_when_a_table_of_it_has_changed(checkout: Checkout) -> None:
    table = checkout.folder / "data" / "forums.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",conference,", ",confrence,"), encoding="utf-8")
    checkout.write("contributions/forums.csv", GOOD)
    told = checkout.run()
    assert told.code == 1
    assert "::error file=data/forums.csv,line=" in told.out
    assert told.out.endswith("All good: 1 row in 1 file checked.\n"), "each has its own report"
    assert told.summary.count("### csodata: ") == 2


def test_what_was_removed_is_no_file_to_check(checkout: Checkout) -> None:
    checkout.write("contributions/forums.csv", BAD)
    checkout.base = commit(checkout.folder)
    (checkout.folder / "contributions" / "forums.csv").unlink()
    assert checkout.run().code == 0
    shutil.rmtree(checkout.folder / "schemas")
    assert "[bad-descriptor]" in checkout.run().out, "the dataset misses its schemas"


def test_a_shallow_checkout_gets_the_base(checkout: Checkout) -> None:
    checkout.write("contributions/forums.csv", BAD)
    commit(checkout.folder)
    shallow = checkout.aside / "shallow"
    git(checkout.aside, "clone", "--quiet", "--depth=1", checkout.folder.as_uri(), str(shallow))
    told = checkout.run(folder=shallow)
    assert told.code == 1 and "forums.csv" in told.out and "data/" not in told.out


@pytest.mark.parametrize("event", [{"before": "0" * 40}, {"before": "f" * 40}, {"schedule": "x"}, {"before": "--help"}])
def test_without_a_base_all_is_checked(checkout: Checkout, event: object) -> None:
    checkout.write("contributions/forums.csv", BAD)
    told = checkout.run(event)
    assert told.code == 1 and told.summary.count("### csodata: ") == 2


def test_files_may_be_named(checkout: Checkout) -> None:
    checkout.write("sent/forums.csv", BAD)
    told = checkout.run(files="sent/*.csv\n")
    assert told.code == 1 and "file=sent/forums.csv,line=2" in told.out
    for pattern in ("none/*.csv", "../*", "/etc/passwd", "$(touch x)"):
        told = checkout.run(files=pattern)
        assert (told.code, told.out[:25]) == (2, "::error title=csodata::No")
    assert not (checkout.folder / "x").exists()


def test_what_cannot_be_read_is_an_error_of_one_line(checkout: Checkout) -> None:
    checkout.write("contributions/forums.xlsx", "PK\x03\x04 no workbook\n::warning::x")
    told = checkout.run()
    assert told.code == 2 and told.out.count("\n") == 1 and told.out.startswith("::error title=csodata::")


def test_a_link_is_not_followed(checkout: Checkout) -> None:
    (checkout.folder / "contributions").mkdir()
    (checkout.folder / "contributions" / "forums.csv").symlink_to("/etc/passwd")
    told = checkout.run()
    assert told.code == 2 and "link to another file" in told.out


def test_what_was_sent_gives_no_command(checkout: Checkout) -> None:
    hostile = BAD.replace("sumit", '"\n::set-output name=x::y\n##[error]z"')
    checkout.write("contributions/forums.csv", hostile)
    told = checkout.run()
    assert told.code == 1
    assert all(re.match("::(error|warning|notice) file=", line) for line in told.out.splitlines()[:-1])
    first, *text, last = checkout.run(format="text").out.splitlines()
    assert (first.removeprefix("::stop-commands::"), len(text) > 2) == (last.strip(":"), True)


def test_a_format_that_there_is_not(checkout: Checkout) -> None:
    told = checkout.run(format="html")
    assert told.code == 2 and "The formats are: github, text." in told.out


def test_the_files_are_what_github_and_pre_commit_ask_for(tmp_path: Path) -> None:
    calls = [
        ["check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"],
        ["pre-commit", "validate-manifest", ".pre-commit-hooks.yaml"],
    ]
    for program, *arguments in calls:
        home = {"PRE_COMMIT_HOME": str(tmp_path)}
        done = subprocess.run(
            [str(BIN / program), *arguments], cwd=ROOT, env=os.environ | home, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_action_writes_nothing_of_others_into_its_commands() -> None:
    assert action()["runs"]["using"] == "composite"
    for step in action()["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert "secrets" not in str(step) and "github.token" not in str(step)


def hooks() -> dict[str, dict]:  # type: ignore[type-arg]
    return {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}


@pytest.fixture
def hook(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Sequence[str]], int]:
    """Run a hook on some files as pre-commit does; return the exit code."""

    def run(name: str, files: Sequence[str]) -> int:
        found = hooks()[name]
        chosen = [file for file in files if re.search(found["files"], file)]
        if not chosen:
            return -1
        program, *arguments = shlex.split(found["entry"])
        assert program == "csodata"
        monkeypatch.chdir(checkout.folder)
        return CliRunner().invoke(main, arguments + (chosen if found.get("pass_filenames", True) else [])).exit_code

    return run


def test_the_hook_of_the_dataset(checkout: Checkout, hook: Callable[[str, Sequence[str]], int]) -> None:
    assert hook("csodata-validate", ["README.md", "contributions/data/x.txt"]) == -1
    assert hook("csodata-validate", ["data/forums.csv"]) == 0
    table = checkout.folder / "data" / "forums.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",conference,", ",confrence,"), encoding="utf-8")
    assert hook("csodata-validate", ["data/forums.csv"]) == 1


def test_the_hook_of_contributed_files(checkout: Checkout, hook: Callable[[str, Sequence[str]], int]) -> None:
    checkout.write("contributions/a/forums.csv", GOOD)
    assert hook("csodata-validate-contributions", ["contributions/a/forums.csv", "contributions/README.md"]) == 0
    checkout.write("contributions/a/forums.csv", BAD)
    assert hook("csodata-validate-contributions", ["contributions/a/forums.csv"]) == 1
    assert hook("csodata-validate-contributions", ["data/forums.csv"]) == -1
