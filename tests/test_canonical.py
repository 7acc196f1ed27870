"""Guards: one form for the same rows, the build writes only what differs, the same bytes anywhere. Costs 10 s."""

import csv
import io
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csodata import canonical, schema
from csodata.dataset import Dataset
from csodata.errors import BadSchemaError
from csodata.store import LOCK
from csodata.validation import validate_dataset

ROOT = Path(__file__).parent.parent
TABLE = schema.read({"fields": [{"name": name, "type": "string"} for name in ("key", "text", "note")]})
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ROWS = st.lists(st.fixed_dictionaries(dict.fromkeys(TABLE.names, TEXT)))


TYPED = schema.read(
    {
        "fields": [
            {"name": "key", "type": "string"},
            {"name": "number", "type": "integer"},
            {"name": "yes", "type": "boolean"},
        ]
    }
)
FORMS = {  # as people write it, and as it is stored
    "number": {"007": "7", "+1": "1", " 12 ": "12", "-0": "0", "-05": "-5", "000": "0", "1.0": "1.0", "١٢": "١٢"}
    | {"9" * 5000: "9" * 5000, "+": "+", "--1": "--1", "": ""},
    "yes": {"TRUE": "true", "True": "true", "1": "true", "0": "false", "FALSE": "false", "tRUE": "tRUE", "yes": "yes"},
    "key": {"007": "007", "TRUE": "TRUE", " e\u0301 ": "é"},
}


def records(text: str) -> list[dict[str, str]]:
    heading, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    return [dict(zip(heading, row, strict=True)) for row in rows]


@given(ROWS)
@example([{"key": "", "text": "", "note": "0\r0"}])  # csv.writer would not quote it
def test_canonical_form_is_a_fixed_point(rows: list[dict[str, str]]) -> None:
    text = canonical.csv_text(TABLE, rows)
    again = records(text)
    assert canonical.csv_text(TABLE, again) == text
    assert sorted(again, key=lambda row: list(row.values())) == again


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, forms in FORMS.items() for text in forms])
def test_a_value_is_written_one_way(name: str, text: str) -> None:
    field = TYPED.by_name[name]
    assert canonical.clean(field, text) == canonical.clean(field, FORMS[name][text]) == FORMS[name][text]


@given(st.integers(), st.booleans(), TEXT)
def test_what_is_of_no_such_type_stays_and_what_is_keeps_its_value(number: int, plus: bool, text: str) -> None:
    written = f"{'+' if plus and number >= 0 else ''}{number}"
    assert canonical.clean(TYPED.by_name["number"], written) == str(number)
    for name in TYPED.names:
        once = canonical.clean(TYPED.by_name[name], text)
        assert canonical.clean(TYPED.by_name[name], once) == once


def test_an_integer_in_another_form_is_put_right(toy: Dataset) -> None:
    path = toy.csv_path("forums")
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace(",toy-series,1,", ",toy-series,01,"), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != good
    assert validate_dataset(Dataset(toy.path)).counts.by_code == {"not-canonical": 1, "wrong-hash": 1}
    assert canonical.build(toy) == ["data/forums.csv"]
    assert path.read_text(encoding="utf-8") == good


def test_no_integer_is_too_large_for_parquet(toy: Dataset) -> None:
    fields = [field for path in (ROOT / "schemas").glob("*.json") for field in schema.read(path).fields]
    assert all(field.constraints.maximum < 2**63 for field in fields if field.type == "integer")
    path = toy.csv_path("forums")
    path.write_text(path.read_text(encoding="utf-8").replace(",toy-series,1,", f",toy-series,{'9' * 20},"))
    [problem] = [each for each in validate_dataset(Dataset(toy.path)).problems if each.code != "wrong-hash"]
    assert (problem.code, problem.file, problem.place) == ("too-large", "data/forums.csv", "I2")


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_makes_no_difference(rows: list[dict[str, str]], chance: random.Random) -> None:
    shuffled = rows.copy()
    chance.shuffle(shuffled)
    assert canonical.csv_text(TABLE, shuffled) == canonical.csv_text(TABLE, rows)


def test_the_build_writes_nothing_when_nothing_changed(toy: Dataset) -> None:
    def times() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in toy.path.rglob("*") if path.is_file() and path.name != LOCK}

    before = times()
    assert canonical.build(toy) == []
    assert times() == before


def test_an_edit_is_put_into_canonical_form_and_into_what_is_derived(toy: Dataset) -> None:
    path = toy.csv_path("actors")
    heading, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_bytes("\r\n".join([heading, *reversed(rows)]).encode("utf-8-sig"))
    assert "data/actors.csv" in canonical.check(toy)
    written = canonical.build(Dataset(toy.path))
    assert written == ["data/actors.csv"]
    assert path.read_text(encoding="utf-8").splitlines() == [heading, *rows]


def test_a_new_value_changes_csv_parquet_and_descriptor(toy: Dataset) -> None:
    path = toy.csv_path("actors")
    path.write_text(path.read_text(encoding="utf-8").replace("Toy Network", "Toy Net"), encoding="utf-8")
    assert canonical.build(toy) == ["data/actors.parquet", "datapackage.json"]
    assert Dataset(toy.path).verify() == []


def test_rows_that_are_not_on_disk_yet_take_the_place_of_a_table(toy: Dataset) -> None:
    from csodata.arrow import load

    model = schema.read(toy.schema_path("actors"))
    rows = canonical.read_rows(toy.csv_path("actors"), model)
    files = dict(canonical.derived(toy, {"actors": [*rows, {**rows[0], "actor_id": "a-new-one"}]}))
    assert [path.name for path in files] == ["actors.csv", "actors.parquet", "QUALITY.md", "datapackage.json"]
    assert canonical.check(toy) == []  # nothing was written
    for path, content in files.items():
        path.write_bytes(content)
    assert Dataset(toy.path).verify() == []
    assert canonical.check(Dataset(toy.path)) == []
    assert "a-new-one" in load(Dataset(toy.path), "actors")["actor_id"].to_pylist()
    emptied = dict(canonical.derived(Dataset(toy.path), {"actors": []}))
    assert emptied[toy.csv_path("actors")].decode() == ",".join(model.names) + "\n"


def test_the_build_reads_the_descriptor_as_it_stands_when_it_writes(toy: Dataset) -> None:
    path = toy.path / "datapackage.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"version": "', '"version": "9', 1), encoding="utf-8")
    toy.csv_path("actors").write_text(toy.csv_path("actors").read_text().replace("Toy Network", "Toy Net"))
    canonical.build(toy)
    assert Dataset(toy.path).version == f"9{toy.version}"


def test_a_parquet_file_that_says_the_same_is_kept(toy: Dataset) -> None:
    import pyarrow.parquet as pq

    path = toy.parquet_path("actors")
    table = pq.read_table(path)
    pq.write_table(table, path, compression="none")  # other bytes, the same rows
    other = path.read_bytes()
    assert canonical.build(toy) == ["datapackage.json"]
    assert path.read_bytes() == other


def test_other_words_in_a_schema_reach_parquet_and_dictionary(toy: Dataset) -> None:
    path = toy.schema_path("actors")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"title": "Actor ID"', '"title": "Actor key"'), encoding="utf-8")
    # `actor_id` stands in other tables too, and has one title everywhere.
    with pytest.raises(BadSchemaError, match="actor_id"):
        canonical.build(toy)
    description = '"description": "One row is'
    assert description in text
    path.write_text(text.replace(description, '"description": "A row is', 1), encoding="utf-8")
    assert canonical.build(toy) == ["data/actors.parquet", "data/README.md", "datapackage.json"]


@pytest.mark.parametrize("content", [b"", b"actor_id,name\n", b"\xff\xfe", b'actor_id,"na'])
def test_a_table_that_cannot_be_used_leaves_everything_as_it_was(content: bytes, toy: Dataset) -> None:
    toy.csv_path("actors").write_bytes(content)
    toy.csv_path("access").write_text(toy.csv_path("access").read_text() + "\n\n")
    before = {path: path.read_bytes() for path in toy.path.rglob("*") if path.is_file()}
    with pytest.raises(BadSchemaError, match=r"actors\.csv"):
        canonical.build(toy)
    assert {path: path.read_bytes() for path in toy.path.rglob("*") if path.is_file()} == before


def test_the_same_bytes_under_another_locale_time_zone_umask_and_hash_seed(toy: Dataset, tmp_path: Path) -> None:
    results = []
    for number, (locale, zone, umask, seed) in enumerate(
        [("C", "UTC", 0o022, "0"), ("C.UTF-8", "Asia/Tokyo", 0o077, "4711")]
    ):
        copy = shutil.copytree(toy.path, tmp_path / str(number), ignore=shutil.ignore_patterns("*.parquet"))
        environment = {**os.environ, "LC_ALL": locale, "TZ": zone, "PYTHONHASHSEED": seed}
        subprocess.run(
            [sys.executable, str(ROOT / "scripts/build.py")],
            cwd=copy,
            env=environment,
            check=True,
            capture_output=True,
            timeout=120,
            umask=umask,
        )
        results.append({path.relative_to(copy): path.read_bytes() for path in copy.rglob("*") if path.is_file()})
    assert any(path.suffix == ".parquet" for path in results[0])
    assert results[0] == results[1]


def test_check_and_build_as_a_command(toy: Dataset) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "scripts/build.py"), *arguments]
        return subprocess.run(command, cwd=toy.path, capture_output=True, text=True, timeout=60)

    assert run("--check").returncode == 0
    toy.csv_path("actors").write_text(toy.csv_path("actors").read_text().replace("Toy Network", "Toy Net"))
    stale = run("--check")
    assert (stale.returncode, "data/actors.parquet" in stale.stdout, "make build" in stale.stderr) == (1, True, True)
    assert run().returncode == 0
    assert run("--check").returncode == 0
    assert run("--chek").returncode == 2
    toy.csv_path("actors").write_text("nonsense")
    broken = run()
    assert broken.returncode == 2
    assert "Traceback" not in broken.stderr
