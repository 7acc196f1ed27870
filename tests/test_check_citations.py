"""Guards: scripts/check_citations.py finds each way in which a citation can be wrong. Costs milliseconds."""

import hashlib
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts/check_citations.py"
TEXT = (
    """The Toy Forum
On 9-10 October 2019 the Toy Network and others met
for a two-day meeting, with over thirty, or 30, participants.

It was the first of 1,200 meetings held in the 1990s.
"""
    + "\n" * 20
)
Rows = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_citations", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def check(script: ModuleType, tmp_path: Path) -> Callable[..., list[str]]:
    """Check one forum with one citation, both of them changed as told."""
    (tmp_path / "toy.txt").write_text(TEXT, encoding="utf-8")

    def run(
        forum: dict[str, str] | None = None, names: list[str] | None = None, more: Rows | None = None, **citation: str
    ) -> list[str]:
        cited = {
            "citation_id": "c",
            "table_name": "forums",
            "record_id": "toy",
            "column_name": "",
            "source_id": "s",
            "locator": "lines 1-3",
            "citation_basis": "stated",
            "stance": "supports",
            "other_value": "",
            **citation,
        }
        match = script.LOCATOR.fullmatch(cited["locator"])
        lines = TEXT.split("\n")[int(match[1]) - 1 : int(match[2] or match[1])] if match else []
        cited.setdefault("passage_sha256", hashlib.sha256("\n".join(lines).encode()).hexdigest())
        row = {
            "forum_id": "toy",
            "name": "Toy Forum",
            "acronym": "",
            "start_date": "2019-10-09",
            "edition": "",
            "note": "77",
        }
        tables: Rows = {
            "forums": [row | (forum or {})],
            "names": [
                {"name_id": name, "table_name": "forums", "record_id": "toy", "name": name} for name in names or []
            ],
            "sources": [{"source_id": "s", "text_sha256": hashlib.sha256(TEXT.encode()).hexdigest()}],
            "citations": [cited, *((more or {}).get("citations", []))],
        }
        return list(script.check(tables, [script.Text(tmp_path / "toy.txt")]))

    return run


def test_a_citation_that_holds(check: Callable[..., list[str]]) -> None:
    assert check() == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"locator": "lines 30-31"}, "out of range"),
        ({"locator": "lines 0-1"}, "out of range"),
        ({"locator": "lines 3-2"}, "out of range"),
        ({"locator": "lines 1-13"}, "more than 12 lines"),
        ({"locator": "p. 9"}, "not of the form"),
        ({"passage_sha256": "0" * 64}, "passage_sha256"),
        ({"record_id": "other"}, "no row 'other'"),
        ({"forum": {"start_date": "2018-10-09"}}, "2018"),
        ({"forum": {"start_date": "2019-10-11"}}, "11"),
        ({"forum": {"name": "Other Forum"}}, "the name 'Other Forum'"),
        ({"forum": {"edition": "2"}, "locator": "lines 1-2"}, "2 (of edition"),
        ({"forum": {"edition": "7"}}, "7 (of edition"),
        ({"locator": "lines 2-3", "column_name": "name"}, "the name"),
        ({"forum": {"name": "Oy Forum"}}, "the name 'Oy Forum'"),
        ({"forum": {"edition": "120", "start_date": ""}, "locator": "lines 1-5"}, "120 (of edition"),
        ({"column_name": "nam"}, "no column 'nam'"),
    ],
)
def test_a_citation_that_does_not_hold(changes: dict[str, object], says: str, check: Callable[..., list[str]]) -> None:
    found = check(**changes)
    assert len(found) == 1
    assert says in found[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"locator": "lines 1-12"},
        {"forum": {"edition": "30"}},
        {"forum": {"edition": "2"}},  # "two-day"
        {"forum": {"edition": "1", "start_date": ""}, "locator": "lines 1-5"},  # "first"
        {"forum": {"edition": "1200", "start_date": ""}, "locator": "lines 1-5"},
        {"forum": {"start_date": "199X"}, "locator": "lines 1-5"},
        {"forum": {"name": "Other Forum", "acronym": "toy forum"}},
        {"forum": {"name": "Other Forum"}, "names": ["TOY  forum"]},
        {"forum": {"start_date": "2018"}, "citation_basis": "inferred"},
        {"locator": "line 1", "column_name": "name"},
        {"stance": "contradicts", "column_name": "start_date", "other_value": "2019-10-10", "locator": "line 2"},
    ],
)
def test_other_citations_that_hold(changes: dict[str, object], check: Callable[..., list[str]]) -> None:
    assert check(**changes) == []


def test_a_column_with_a_citation_of_its_own_is_not_asked_of_the_whole_row(
    check: Callable[..., list[str]], script: ModuleType
) -> None:
    own = {
        "citation_id": "d", "table_name": "forums", "record_id": "toy", "column_name": "start_date", "source_id": "s",
        "locator": "line 4", "citation_basis": "inferred", "stance": "supports", "other_value": "",
        "passage_sha256": hashlib.sha256(b"").hexdigest(),
    }  # fmt: skip
    assert check(forum={"start_date": "1817"}, more={"citations": [own]}) == []
    assert len(check(forum={"start_date": "1817"}, more={"citations": [own | {"citation_basis": "stated"}]})) == 1


def test_a_row_without_a_supporting_citation_is_found(script: ModuleType) -> None:
    tables: Rows = {
        "forums": [{"forum_id": "a"}, {"forum_id": "b"}],
        "sources": [{"source_id": "s"}],
        "citations": [
            {"table_name": "forums", "record_id": "a", "stance": "supports"},
            {"table_name": "forums", "record_id": "b", "stance": "contradicts"},
        ],
    }
    assert list(script.uncited(tables)) == ["forums 'b': no citation supports this row"]


def test_as_a_command(folder: Path, tmp_path: Path) -> None:
    def run(documents: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(SCRIPT), "--documents", str(documents)]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)

    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "empty").returncode == 2
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts/a.txt").write_text("one\n\ntwo")
    done = run(tmp_path / "texts")
    assert (done.returncode, "0% of 2 lines" in done.stdout) == (0, True)


def test_a_text_that_has_changed_or_is_missing_is_found(script: ModuleType) -> None:
    tables: Rows = {"sources": [{"source_id": "s", "text_sha256": "0" * 64}], "names": [], "citations": []}
    assert list(script.check(tables, [])) == [f"s: no document here has the text_sha256 {'0' * 64}"]
