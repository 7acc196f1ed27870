"""Guards the exports: what stands in the tables stands in each form, with keys, labels and search. Costs 3 s."""

import csv
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csodata.canonical import read_rows
from csodata.dataset import Dataset
from csodata.errors import CsodataError
from csodata.releases.exports import FORMATS, export
from csodata.schema import read
from csodata.validation import validate_contribution
from csodata.values import RUN, escaped, unescaped


def rows_of(dataset: Dataset, table: str) -> list[dict[str, str]]:
    return read_rows(dataset.csv_path(table), read(dataset.schema_path(table)))


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_has_every_table(toy: Dataset, tmp_path: Path, form: str) -> None:
    if form == "dta":
        pytest.importorskip("pyreadstat")
    written = export(toy, [], form, tmp_path / "out")
    assert len(written) == (1 if form in ("xlsx", "sqlite") else len(toy.tables))
    assert all(path.stat().st_size for path in written)
    with pytest.raises(CsodataError, match="is there already"):
        export(toy, [], form, tmp_path / "out")
    assert not list(tmp_path.rglob(".*.part"))


def test_one_table_goes_into_a_file(toy: Dataset, tmp_path: Path) -> None:
    [path] = export(toy, ["forums"], "csv", tmp_path / "mine.csv")
    assert path.read_bytes() == toy.csv_path("forums").read_bytes()
    [path] = export(toy, ["forums"], "parquet", tmp_path / "deep" / "folder")
    assert path == tmp_path / "deep" / "folder" / "forums.parquet"
    assert path.read_bytes() == toy.parquet_path("forums").read_bytes()


def test_sqlite_has_types_keys_indexes_and_search(toy: Dataset, tmp_path: Path) -> None:
    [path] = export(toy, [], "sqlite", tmp_path / "a.sqlite")
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    keys = connection.execute("PRAGMA foreign_key_list(participations)").fetchall()
    assert {(key[2], key[3]) for key in keys} >= {("forums", "forum_id"), ("actors", "actor_id")}
    assert connection.execute("SELECT edition, is_collective, acronym FROM forums ORDER BY 1").fetchall() == [
        (None, 0, None),
        (1, 0, None),
    ]
    indexed = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert {"participations_forum_id", "citations_table_name_record_id"} <= indexed
    found = connection.execute("SELECT rowid FROM forums_fts WHERE forums_fts MATCH 'toy'").fetchall()
    assert len(found) == len(rows_of(toy, "forums"))
    connection.close()
    [other] = export(toy, [], "sqlite", tmp_path / "b.sqlite")
    assert other.read_bytes() == path.read_bytes()


def test_a_foreign_key_to_a_table_that_does_not_come_along_is_left_out(toy: Dataset, tmp_path: Path) -> None:
    [path] = export(toy, ["participations"], "sqlite", tmp_path / "a.sqlite")
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA foreign_key_list(participations)").fetchall() == []
    connection.close()


def test_in_a_workbook_text_is_text(toy: Dataset, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    [path] = export(toy, [], "xlsx", tmp_path / "a.xlsx")
    sheet = load_workbook(path)["forums"]
    names = [cell.value for cell in sheet[1]]
    by_name = dict(zip(names, sheet[2], strict=True))
    assert (by_name["start_date"].value, by_name["start_date"].data_type) == ("2019-10-09", "s")
    assert (by_name["edition"].value, by_name["is_collective"].value) == (1, False)
    assert by_name["summary"].value is None


def test_a_text_too_long_for_a_workbook_is_not_left_out(toy: Dataset, tmp_path: Path) -> None:
    path = toy.csv_path("forums")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Dakar", "x" * 32_768), encoding="utf-8")
    with pytest.raises(CsodataError, match=r"forums: the text of 'city' in row \d has 32,768 characters"):
        export(toy, ["forums"], "xlsx", tmp_path / "a.xlsx")
    assert [each.name for each in tmp_path.iterdir()] == ["toy"]
    path.write_text(text.replace("Dakar", "x" * 32_767), encoding="utf-8")
    assert export(toy, ["forums"], "xlsx", tmp_path / "a.xlsx")


def test_several_tables_do_not_go_into_a_file(toy: Dataset, tmp_path: Path) -> None:
    with pytest.raises(CsodataError, match="2 tables do not go into one csv file"):
        export(toy, ["forums", "actors"], "csv", tmp_path / "a.csv")


def test_stata_keeps_long_texts_and_what_is_missing(toy: Dataset, tmp_path: Path) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    path = toy.csv_path("forums")
    long = "Œuvre " * 600 + "end"
    path.write_text(path.read_text(encoding="utf-8").replace("Dakar", long), encoding="utf-8")
    frame, _ = pyreadstat.read_dta(export(toy, ["forums"], "dta", tmp_path / "a.dta")[0])
    rows = rows_of(toy, "forums")
    assert [row["city"] for row in rows].count(long) == 1
    for name in ("city", "summary", "venue"):
        assert list(frame[name]) == [row[name] for row in rows]
    assert list(frame["mode"].isna()) == [row["mode"] == "" for row in rows]


def test_stata_has_labels(toy: Dataset, tmp_path: Path) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    [path] = export(toy, ["forums"], "dta", tmp_path / "a.dta")
    frame, meta = pyreadstat.read_dta(path)
    schema = read(toy.schema_path("forums"))
    assert list(frame.columns) == schema.names
    assert meta.column_labels[:2] == [field.title for field in schema.fields[:2]]
    labelled, _ = pyreadstat.read_dta(path, apply_value_formats=True)
    assert list(labelled["level"]) == ["Regional", "Regional"]
    assert list(frame["edition"].fillna(-1)) == [1, -1]
    assert list(frame["start_date"]) == [row["start_date"] for row in rows_of(toy, "forums")]


@given(st.text() | st.sampled_from(RUN).flatmap(lambda mark: st.text().map(lambda rest: mark + rest)))
def test_what_is_escaped_is_not_run_and_can_be_undone(text: str) -> None:
    safe = escaped(text)
    assert not safe.startswith(RUN)
    assert unescaped(safe) == text


def test_excel_safe_csv_is_for_spreadsheets(toy: Dataset, tmp_path: Path) -> None:
    path = toy.csv_path("forums")
    path.write_text(path.read_text(encoding="utf-8").replace("Toy Forum 2019", "=1+1"), encoding="utf-8")
    [safe] = export(toy, ["forums"], "csv", tmp_path / "a.csv", excel_safe=True)
    assert safe.read_bytes().startswith(b"\xef\xbb\xbfforum_id,")
    assert next(csv.DictReader(safe.read_text(encoding="utf-8-sig").splitlines()))["name"] == "'=1+1"
    # Reading it as a contribution undoes that: the cell is seen as it was, and refused as a formula.
    report = validate_contribution(toy, [safe], "forums")
    assert [problem.value for problem in report.problems if problem.code == "formula-cell"] == ["=1+1"]
