"""Guards: the real tables. The descriptor parametrises these tests: adding a table adds its tests. Costs 15 seconds."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import csodata
from csodata import canonical
from csodata.dataset import Dataset
from csodata.schema import to_text
from csodata.validation import validate_dataset

ROOT = Path(__file__).parent.parent
DATASET = Dataset(ROOT)
# Rows that are there, rounded down: whoever loses some is told.
LEAST = {
    "forums": 630,
    "actors": 890,
    "objectives": 830,
    "commitments": 820,
    "participations": 2_400,
    "commitment_actors": 1_450,  # addressees that no text names were withdrawn in 0.4.0
    "commitment_objectives": 240,
    "commitment_updates": 60,
    "instruments": 140,
    "instrument_actors": 200,
    "actor_relations": 330,
    "forum_relations": 120,
    "objective_links": 180,
    "classifications": 24,
    "access": 300,
    "counts": 600,
    "names": 320,
    "sources": 1_300,
    "citations": 14_500,
    "searches": 80,
    "distinct_pairs": 30,
    "redirects": 360,
    "countries": 249,
    "themes": 38,
}


def rows(table: str) -> list[dict[str, str]]:
    with DATASET.csv_path(table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_dataset_is_valid() -> None:
    report = validate_dataset(DATASET)
    assert [problem.message for problem in report.problems] == []
    assert report.counts.rows == sum(len(rows(table)) for table in DATASET.tables)


def test_every_derived_file_is_up_to_date() -> None:
    assert canonical.check(DATASET) == [], "run: make build"


def test_frictionless_finds_it_valid_too() -> None:
    command = [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    report = json.loads(done.stdout)
    assert [task["errors"] for task in report["tasks"] if task["errors"]] == []
    assert report["valid"] and done.returncode == 0
    assert report["stats"]["tasks"] == len(DATASET.tables)


@pytest.mark.parametrize(("table", "least"), LEAST.items(), ids=LEAST)
def test_no_rows_are_lost(table: str, least: int) -> None:
    assert csodata.load(table, DATASET.path).num_rows >= least


def test_every_table_has_a_least() -> None:
    assert LEAST.keys() == set(DATASET.tables)


@pytest.mark.parametrize("table", DATASET.tables)
def test_parquet_and_csv_say_the_same(table: str) -> None:
    loaded = csodata.load(table, ROOT, as_="rows")
    assert [{name: to_text(value) for name, value in row.items()} for row in loaded] == rows(table)


@pytest.mark.parametrize("table", DATASET.tables)
def test_files_of_the_same_name(table: str) -> None:
    resource = DATASET.resource(table)
    assert (resource["path"], resource["schema"]) == (f"data/{table}.csv", f"schemas/{table}.json")
    assert resource["parquet"]["path"] == f"data/{table}.parquet"


def test_every_file_of_a_table_is_in_the_descriptor() -> None:
    assert {path.stem for path in (ROOT / "data").glob("*.csv")} == set(DATASET.tables)
    assert {path.stem for path in (ROOT / "data").glob("*.parquet")} == set(DATASET.tables)
    assert {path.stem for path in (ROOT / "schemas").glob("*.json")} == set(DATASET.tables)


def test_table_name_lists_every_table() -> None:
    fields = csodata.describe("citations", ROOT)["fields"]
    listed = next(field["constraints"]["enum"] for field in fields if field["name"] == "table_name")
    assert sorted(listed) == sorted(DATASET.tables)


def test_each_theme_is_used_or_holds_one_that_is() -> None:
    parents = {row["theme_id"]: row["parent_theme_id"] for row in rows("themes")}
    used = {row["theme_id"] for table in ("objectives", "commitments") for row in rows(table)} - {""}
    used |= {parents[theme] for theme in used}
    assert set(parents) - used == set()


def test_citations_point_as_the_source_allows() -> None:
    held = {row["source_id"]: bool(row["text_sha256"]) for row in rows("sources")}
    for citation in rows("citations"):
        assert bool(citation["passage_sha256"]) == held[citation["source_id"]]
        if held[citation["source_id"]]:
            assert re.fullmatch(r"lines? \d+(-\d+)?", citation["locator"])


def test_the_version_stands_in_one_place() -> None:
    version = DATASET.version
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    if tracked.returncode != 0:
        pytest.skip("not a git checkout")
    places = {
        name
        for name in tracked.stdout.splitlines()
        if name.endswith((".py", ".toml", ".cff", ".json", ".yml", ".yaml"))
        and not name.startswith("tests/")
        and re.search(rf'version"?\s*[:=]\s*"?{re.escape(version)}\b', (ROOT / name).read_text(encoding="utf-8"))
    }
    assert places <= {"datapackage.json", "CITATION.cff", "croissant.json"}, "these are written by the build"


@pytest.mark.parametrize("table", DATASET.tables)
def test_what_a_choice_means_is_said_in_both_languages(table: str) -> None:
    for field in DATASET.schema_descriptor(table)["fields"]:
        for category in field.get("categories", []):
            assert category["description"] and category["description_fr"], (field["name"], category["value"])


def test_no_cell_names_a_file_or_tool_of_ours() -> None:
    ours = re.compile(r"\bdocument \d{3}\b|\bcorpus pages\b|\bsearch tool\b|\blook-ups?\b|\bcrawls?\b", re.I)
    found = [(table, cell) for table in DATASET.tables for row in rows(table) for cell in row.values()]
    assert [each for each in found if ours.search(each[1] or "")] == []
