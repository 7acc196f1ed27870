"""Guards: `load` in every form, types, words in the metadata, empties as nulls. Costs two seconds (pandas, polars)."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

import csodata
from csodata import schema
from csodata.arrow import arrow_schema, from_text


def test_types_and_words_come_from_the_schema(folder: Path) -> None:
    table = csodata.load("forums", folder)
    assert isinstance(table, pa.Table)
    assert table.schema.equals(arrow_schema(schema.read(folder / "schemas/forums.json")), check_metadata=True)
    field = table.schema.field("edition")
    assert field.type == pa.int64()
    assert field.metadata[b"title"] == b"Edition number"
    assert field.metadata[b"description"]


def test_empty_cells_are_null(folder: Path) -> None:
    assert None in csodata.load("forums", folder)["acronym"].to_pylist()


def test_namibia_and_na_survive_pandas(folder: Path) -> None:
    model = schema.read({"fields": [{"name": "code", "type": "string"}, {"name": "n", "type": "integer"}]})
    frame = from_text(model, [{"code": "NAM", "n": "1"}, {"code": "NA", "n": ""}]).to_pandas()
    assert frame["code"].tolist() == ["NAM", "NA"]
    countries = csodata.load("countries", as_="pandas")
    assert countries.loc[countries.country_code == "NAM", "name"].item() == "Namibia"


def test_pandas_types_are_nullable(folder: Path) -> None:
    frame = csodata.load("forums", folder, as_="pandas")
    assert {str(frame[name].dtype) for name in ("edition", "is_collective")} == {"Int64", "boolean"}


def test_polars(folder: Path) -> None:
    frame = csodata.load("forums", folder, as_="polars")
    assert frame.height == csodata.load("forums", folder).num_rows


def test_rows_and_models(folder: Path) -> None:
    rows = csodata.load("forums", folder, as_="rows")
    models = csodata.load("forums", folder, as_="models")
    assert [model.model_dump() for model in models] == rows
    assert type(models[0]).__name__ == "Forum"


def test_a_wrong_table_lists_the_right_ones(folder: Path) -> None:
    with pytest.raises(csodata.CsodataError, match=r"no table 'forum'.*forums"):
        csodata.load("forum", folder)


def test_a_wrong_form_lists_the_right_ones(folder: Path) -> None:
    with pytest.raises(csodata.CsodataError, match=r"no form 'excel'.*pandas"):
        csodata.load("forums", folder, as_="excel")


def test_a_broken_parquet_is_a_sentence(folder: Path) -> None:
    (folder / "data/forums.parquet").write_bytes(b"PAR1 no more PAR1")
    with pytest.raises(csodata.CsodataError, match=r"forums\.parquet cannot be read"):
        csodata.load("forums", folder)


def test_date_bounds(folder: Path) -> None:
    days = csodata.date_bounds("forums", "start_date", folder)
    texts = csodata.load("forums", folder)["start_date"].to_pylist()
    assert days.num_rows == len(texts)
    for text, first, last in zip(texts, days["earliest"].to_pylist(), days["latest"].to_pylist(), strict=True):
        if text is None:
            assert (first, last) == (None, None)
        if text and len(text) == 10:
            assert first == last == date.fromisoformat(text)
    with pytest.raises(csodata.CsodataError, match="start_dat"):
        csodata.date_bounds("forums", "start_dat", folder)


def test_date_bounds_of_a_column_without_dates_is_a_sentence(folder: Path) -> None:
    with pytest.raises(csodata.CsodataError, match="not a date"):
        csodata.date_bounds("forums", "name", folder)
