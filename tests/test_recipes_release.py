"""Guards docs/recipes/README.md: each recipe runs as it stands, against a release that a local server gives.

Costs a minute where all tools are (`make recipes`); what is missing is skipped by name.
"""

import functools
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import ROOT

from csodata.arrow import count_rows
from csodata.dataset import Dataset
from csodata.releases.exports import export
from csodata.releases.layout import write_release

RECIPES = (ROOT / "docs/recipes/README.md").read_text(encoding="utf-8")
ADDRESS = "https://example.org/csodata/0.1.0"
HTTPFS = """
import duckdb
try:
    duckdb.sql("INSTALL httpfs; LOAD httpfs")
    print("there")
except Exception:
    print("missing")
"""
ROWS = count_rows(Dataset(ROOT))
pytestmark = pytest.mark.skipif("RECIPES" not in os.environ, reason="make recipes runs these")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the release lies, and the Stata files."""
    home = tmp_path_factory.mktemp("recipes")
    whole = home / "whole"
    for name in ("data", "schemas"):
        shutil.copytree(ROOT / name, whole / name)
    for name in ("datapackage.json", "croissant.json"):
        shutil.copyfile(ROOT / name, whole / name)
    export(Dataset(whole), [], "sqlite", whole / "csodata.sqlite")
    write_release(Dataset(whole), home / "csodata-0.1.0", "2026-11-22")
    return home


@pytest.fixture(scope="module")
def address(release: Path) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(release))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/csodata-0.1.0"
        server.shutdown()


def recipe(title: str, language: str, number: int = 0) -> str:
    section = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", RECIPES, re.DOTALL | re.MULTILINE)
    assert section, title
    return re.findall(rf"```{language}\n(.*?)```", section[1], re.DOTALL)[number]


def run(command: list[str], folder: Path) -> str:
    # Hugging Face datasets keeps what it read by the folder's name: a cache of its own for each run.
    environment = os.environ | {"HF_HOME": str(folder / "huggingface")}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def needs(module: str) -> None:
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed here")


def needs_r(*packages: str) -> None:
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed here")
    for package in packages:
        found = subprocess.run(["Rscript", "-e", f"library({package})"], capture_output=True, timeout=60)
        if found.returncode:
            pytest.skip(f"R has no {package} here")


@pytest.mark.parametrize(
    ("title", "module", "shown"),
    [
        ("frictionless", "frictionless", "True"),
        ("pandas", "pandas", "separate_event"),
        ("polars", "polars", "consultative_process"),
        ("DuckDB, over the web", "duckdb", "consultative_process"),
        ("Hugging Face datasets", "datasets", str(ROWS["forums"])),
        ("Croissant", "mlcroissant", f"citations {ROWS['citations']}"),
    ],
)
def test_python(title: str, module: str, shown: str, release: Path, address: str) -> None:
    needs(module)
    if module == "duckdb" and run([sys.executable, "-c", HTTPFS], release).strip() != "there":
        pytest.skip("DuckDB has no extension httpfs here, and gets none")
    assert shown in run([sys.executable, "-c", recipe(title, "python").replace(ADDRESS, address)], release)


@pytest.mark.parametrize(("number", "packages"), [(0, []), (1, ["readr"])])
def test_r(number: int, packages: list[str], release: Path, address: str) -> None:
    needs_r(*packages)
    said = run(["Rscript", "-e", recipe("R", "r", number).replace(ADDRESS, address)], release)
    assert ("consultative_process" if number == 0 else str(ROWS["forums"])) in said


def test_stata(release: Path) -> None:
    needs("pyreadstat")
    command = shutil.which("csodata", path=str(Path(sys.executable).parent)) or "csodata"
    run([command, "export", "--format", "dta", "-o", "stata"], release)
    assert "Consultative process" in run([sys.executable, "-c", recipe("Stata", "python")], release)
    needs_r("haven")
    assert "Consultative process" in run(["Rscript", "-e", recipe("Stata", "r")], release)


def test_datasette(release: Path) -> None:
    needs("datasette")
    command = recipe("SQLite and Datasette", "sh").split()
    server = subprocess.Popen(
        [sys.executable, "-m", *command, "--port", "0", "--host", "127.0.0.1"],
        cwd=release / "csodata-0.1.0",
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stderr is not None
        lines = iter(server.stderr.readline, "")
        place = next(match[0] for line in lines if (match := re.search(r"http://127\.0\.0\.1:\d+", line)))
        for _ in range(50):
            try:
                with urllib.request.urlopen(f"{place}/csodata/forums.json?_search=regional&_shape=array") as answer:
                    found = json.loads(answer.read())
                break
            except urllib.error.URLError:
                time.sleep(0.2)
        assert any("egional" in json.dumps(row) for row in found)
    finally:
        server.terminate()
        server.wait()
