"""Guards: what the README says is true: its recipes run as they stand; R is skipped where it is missing. Costs 8 s."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def recipe(title: str, language: str) -> str:
    section = re.search(rf"### {title}.*?(?=\n##)", README, re.DOTALL)
    assert section, title
    block = re.search(rf"```{language}\n(.*?)```", section[0], re.DOTALL)
    assert block, f"{title} has no {language}"
    return block[1]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


def test_python() -> None:
    done = run(sys.executable, "-c", recipe("Python", "python"))
    assert done.returncode == 0, done.stderr
    assert "forum_id" in done.stdout
    assert "civil society as a whole enters a forum" in done.stdout


def test_spreadsheet() -> None:
    done = run("bash", "-c", recipe("Spreadsheet", "sh"))
    assert done.returncode == 1, "the example has mistakes"
    assert "Did you mean 'dialogue'?" in done.stdout
    assert "Traceback" not in done.stderr
    for command in re.findall(r"`(csodata [a-z]+ [a-z-]+)`", README):
        assert run("bash", "-c", command).returncode == 0, command


def test_r() -> None:
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed here")
    done = run("Rscript", "-e", recipe("R", "r"))
    assert done.returncode == 0, done.stderr
    assert "co_organiser" in done.stdout or "full_participation" in done.stdout or "separate_event" in done.stdout


def test_sql() -> None:
    query = recipe("SQL", "sql")
    done = run(sys.executable, "-c", f"import duckdb; print(*duckdb.sql({query!r}).fetchall(), sep='\\n')")
    assert done.returncode == 0, done.stderr
    assert "HRW" in done.stdout or "Human Rights Watch" in done.stdout


def test_maintainer() -> None:
    commands = recipe("Maintainer", "sh")
    assert run("csodata", "validate").returncode == 0
    targets = set(re.findall(r"make ([a-z]+)", commands + README))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)


def test_one_table() -> None:
    done = run("bash", "-c", recipe("One table, any schema", "sh"))
    assert (done.returncode, done.stdout[:9]) == (0, "All good:"), done.stderr


def test_the_demonstration() -> None:
    done = run(sys.executable, "scripts/demo.py")
    assert done.returncode == 0, done.stderr
    assert "All good" in done.stdout
    assert "Did you mean" in done.stdout


def test_the_files_that_it_links_to_are_there() -> None:
    for name in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / name).exists(), name


def test_the_questions_are_answered_from_todays_data() -> None:
    done = run(sys.executable, "scripts/questions.py", "--check")
    assert done.returncode == 0, done.stderr
