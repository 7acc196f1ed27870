"""Guards: the benchmark's contributions hold the faults that are planted, and nothing else; every peer finds the same.

Costs some five seconds: a few thousand rows, written once, and each peer over them. Nothing is timed. A peer that is
not installed is skipped by name (pip install 'csodata[bench]').
"""

import csv
import importlib
import inspect
import sys
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import ROOT

from csodata.validation import validate_table

sys.path.insert(0, str(ROOT / "benchmarks"))  # scripts, not a package: they import one another by name

from book import Book, Result
from commitments import NAMES
from faults import CODES, DUPLICATES, KINDS, Fault, read_faults
from generate import Case, write_case, write_table
from measure import Verdict, compare
from peers import PEERS, Finding
from targets import verdicts

ROWS = {"faults": (len(KINDS) + len(DUPLICATES)) * 100, "workbook-faults": 500}  # every kind of fault comes once
VALIDATING = [name for name, peer in PEERS.items() if peer.validates]
EXACT = ["csodata", "frictionless"]


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    """One small contribution of each sort."""
    home = tmp_path_factory.mktemp("contributions")
    made = {}
    for name in ("clean", "without-keys", "faults", "column", "workbook-faults"):
        folder = home / name
        folder.mkdir()
        made[name] = write_case(folder, name, ROWS.get(name, 300))
    return made


def verdict(peer: str, case: Case) -> Verdict:
    """Run a peer on a case."""
    try:
        version(PEERS[peer].needs)
    except PackageNotFoundError:
        pytest.skip(f"{PEERS[peer].needs} is not installed")
    module = importlib.import_module(f"peers.{PEERS[peer].module}")
    result = module.check(case)
    return compare(module.found(result), case.planted(), module.totals(result) if hasattr(module, "totals") else None)


@pytest.mark.parametrize("name", ["clean", "without-keys", "faults", "column"])
@pytest.mark.parametrize("peer", VALIDATING)
def test_every_peer_finds_the_faults_that_are_planted(cases: dict[str, Case], peer: str, name: str) -> None:
    found = verdict(peer, cases[name])
    assert found.wrong == {}
    assert set(found.missed) <= PEERS[peer].blind
    assert found.planted == {"faults": ROWS["faults"] // 100, "column": 300}.get(name, 0)
    if peer == "csodata":
        assert (found.wrong_lines, found.without_line, found.without_column) == (0, 0, 0)


@pytest.mark.parametrize("form", ["lf", "crlf", "bom"])
@pytest.mark.parametrize("peer", EXACT)
def test_broken_structure_is_read_as_planted(tmp_path: Path, peer: str, form: str) -> None:
    found = verdict(peer, write_case(tmp_path, "structure", 1_500, seed=4, form=form))
    assert (found.wrong, found.wrong_lines) == ({}, 0)
    assert set(found.missed) <= PEERS[peer].blind
    assert {"blank-row", "missing-key", "short-row", "long-row", "not-in-list", "unclosed-quote"} == {
        fault.code for fault in read_faults(tmp_path / "faults.csv")
    }


@pytest.mark.parametrize("peer", EXACT)
def test_a_workbook_has_the_same_faults(cases: dict[str, Case], peer: str) -> None:
    if peer == "csodata" and "limits" not in inspect.signature(validate_table).parameters:
        pytest.skip("validate_table does not read workbooks yet")
    found = verdict(peer, cases["workbook-faults"])
    assert (found.missed, found.wrong, found.planted) == ({}, {}, 5)


def test_faults_stand_where_the_list_says(cases: dict[str, Case]) -> None:
    planted = cases["faults"].planted()
    assert {fault.code for fault in planted} == set(CODES)
    with cases["faults"].table.open(encoding="utf-8", newline="") as file:
        records = list(csv.reader(file))
    lines = cases["faults"].table.read_text(encoding="utf-8").split("\n")
    assert len(lines) > len(records) + 10, "no cell has a line break"
    for fault in planted:
        assert lines[fault.line - 1].startswith(",".join(records[fault.row - 1][:2]))
        if fault.code in DUPLICATES:
            places = [NAMES.index(column) for column in DUPLICATES[fault.code]]
            first, again = (tuple(records[row - 1][place] for place in places) for row in (fault.twin, fault.row))
            assert first == again
            assert fault.twin < fault.row


def test_the_same_seed_gives_the_same_bytes_in_no_order(tmp_path: Path, cases: dict[str, Case]) -> None:
    content = {}
    for seed in (1, 1, 2):
        write_table(tmp_path / "table.csv", "clean", 300, seed)
        content.setdefault(seed, set()).add((tmp_path / "table.csv").read_bytes())
    assert [len(each) for each in content.values()] == [1, 1]
    assert content[1] != content[2]
    assert content[1] == {cases["clean"].table.read_bytes()} == {cases["without-keys"].table.read_bytes()}
    with cases["clean"].table.open(encoding="utf-8", newline="") as file:
        ids = [row["commitment_id"] for row in csv.DictReader(file)]
    assert len(set(ids)) == 300
    assert 100 < sum(one < other for one, other in pairwise(ids)) < 200


def test_what_is_missed_and_what_is_wrong_is_told() -> None:
    planted = [
        Fault("too-long", 3, 4, "title"),
        Fault("wrong-type", 5, 6, "budget"),
        Fault("duplicate-key", 9, 9, "k", 2),
    ]
    found = compare([Finding("too-long", 3, 5, "title"), Finding("wrong-type", 5, 6, "title")], planted)
    assert (found.found, found.missed) == (1, {"wrong-type": 1, "duplicate-key": 1})
    assert (found.wrong, found.wrong_lines) == ({"wrong-type": 1}, 1)
    both = [Finding("duplicate-key", row) for row in (2, 9)]  # some peers name both rows
    assert compare(both, planted[2:]) == Verdict(1, 1, without_line=1, without_column=1, listed=2)
    counted = compare([Finding("wrong-type", 5, 6, "budget")], planted[1:2] * 1, {"wrong-type": 1})
    assert (counted.found, counted.missed) == (1, {})


def test_a_target_that_is_missed_is_printed_as_missed() -> None:
    book: Book = {}
    for peer, wall in {"csodata": 1.6, "pyarrow": 1.0, "frictionless": 200.0}.items():
        book[peer, "clean", 1_000_000] = Result(peer, "clean", 1_000_000, 1_000_000, [{"wall": wall}])
    lines = {line.split("|")[1].strip(): line for line in verdicts(book, {}).splitlines()}
    assert "yes" in lines["1M clean rows: times as fast as frictionless"]
    assert "NO: missed" in lines["1M clean rows: time, of a bare pyarrow parse"]
    assert "not measured" in lines["1M rows, 1 % at fault: time, of DuckDB SQL"]
