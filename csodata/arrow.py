"""Table Schema → Arrow schema; rows of text → typed tables; `load()`."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csodata.dataset import Dataset
from csodata.edtf import bounds
from csodata.errors import BadSchemaError, CsodataError, MissingPackageError

if TYPE_CHECKING:
    import pyarrow as pa

    from csodata.schema import TableSchema

FORMS = ("arrow", "pandas", "polars", "rows", "models")


def arrow_schema(schema: "TableSchema") -> "pa.Schema":
    """Return the Arrow schema of a table, with its titles and descriptions in the metadata."""
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
    }
    fields = [
        pa.field(
            field.name,
            types[field.type],
            nullable=not (field.constraints.required or field.name in schema.primary_key),
            metadata={"title": field.title or field.name, "description": field.description or ""},
        )
        for field in schema.fields
    ]
    return pa.schema(fields, metadata={"title": schema.title or "", "description": schema.description or ""})


def from_text(schema: "TableSchema", rows: Iterable[Mapping[str, str]]) -> "pa.Table":
    """Return rows of canonical text as a typed table; the empty text is null."""
    import pyarrow as pa

    columns: list[list[str | None]] = [[] for _ in schema.fields]
    for row in rows:
        for column, name in zip(columns, schema.names, strict=True):
            column.append(row[name] or None)
    typed = arrow_schema(schema)
    try:
        arrays = [pa.array(column, pa.string()).cast(field.type) for column, field in zip(columns, typed, strict=True)]
    except pa.ArrowInvalid as error:
        raise BadSchemaError(f"A value is not of its column's type: {error}. csodata validate says where.") from None
    return pa.Table.from_arrays(arrays, schema=typed)


def count_rows(dataset: Dataset) -> dict[str, int]:
    """Return the number of rows by table, as the Parquet files tell it."""
    return {table: read_parquet(dataset.parquet_path(table)).num_rows for table in dataset.tables}


def read_parquet(path: Path) -> "pa.Table":
    """Return the table in a Parquet file; raises BadSchemaError where it cannot be read."""
    # pyarrow.parquet.read_table would import pyarrow.dataset, and pandas where it is installed: ten times as slow.
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as file:
            return file.read()
    except (OSError, ArrowException) as error:
        raise BadSchemaError(
            f"{path} cannot be read as Parquet: {error}. In a checkout, make build writes it anew."
        ) from None


def load(dataset: Dataset, table: str, as_: str | None = None) -> Any:
    """Return one table in the form that is asked for; see `csodata.load`."""
    if as_ is not None and as_ not in FORMS:
        raise CsodataError(f"There is no form '{as_}'; as_ is one of: {', '.join(FORMS)}.")
    data = read_parquet(dataset.parquet_path(table))
    if as_ == "pandas":
        return _to_pandas(data)
    if as_ == "polars":
        return _to_polars(data)
    if as_ == "rows":
        return data.to_pylist()
    if as_ == "models":
        return _to_models(dataset, table, data)
    return data


def date_bounds(data: "pa.Table", column: str) -> "pa.Table":
    """Return the earliest and the latest day of a column of EDTF dates; see `csodata.date_bounds`."""
    import pyarrow as pa

    if column not in data.column_names:
        raise CsodataError(f"There is no column '{column}'. The columns are: {', '.join(data.column_names)}.")
    if not pa.types.is_string(data.schema.field(column).type):
        raise CsodataError(f"The column '{column}' holds no dates.")
    days = [bounds(text) if text else (None, None) for text in data.column(column).to_pylist()]
    return pa.table(
        {
            "earliest": pa.array((first for first, _ in days), pa.date32()),
            "latest": pa.array((last for _, last in days), pa.date32()),
        }
    )


def _to_pandas(data: "pa.Table") -> Any:
    try:
        import pandas as pd
    except ImportError:
        raise MissingPackageError("as_='pandas' needs pandas: pip install 'csodata[pandas]'.") from None
    import pyarrow as pa

    # Nullable types: an empty edition stays empty, and does not turn its column into floating-point numbers.
    nullable = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype(), pa.string(): pd.StringDtype()}
    return data.to_pandas(types_mapper=nullable.get)


def _to_polars(data: "pa.Table") -> Any:
    try:
        import polars as pl
    except ImportError:
        raise MissingPackageError("as_='polars' needs polars: pip install 'csodata[polars]'.") from None
    return pl.from_arrow(data)


def _to_models(dataset: Dataset, table: str, data: "pa.Table") -> list[Any]:
    from csodata import schema
    from csodata.rows import row_model

    model = row_model(table, schema.read(dataset.schema_path(table)))
    return [model.model_validate(row) for row in data.to_pylist()]
