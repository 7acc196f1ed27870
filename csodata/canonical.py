"""Rows → canonical CSV, Parquet, dictionary, citation file, bytes and hash; and the check that they are up to date.

Canonical CSV: UTF-8, LF, comma, NFC, trimmed, the schema's column order, sorted by key. Only data/*.csv is edited by
people; whatever else is written here is derived from it and from schemas/.
"""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from csodata import schema as schemas
from csodata.arrow import from_text, read_parquet
from csodata.citing import citation, citation_cff
from csodata.croissant import card_head, croissant
from csodata.dataset import DESCRIPTOR, Dataset, hash_of
from csodata.errors import BadSchemaError
from csodata.pages import rule_pages
from csodata.quality import quality
from csodata.schema import LEXICAL, Field, TableSchema
from csodata.schema.descriptor import require_descriptor
from csodata.store import locked, write_set

REPAIR = "make build"
GENERATED = "<!-- Written by scripts/build.py from schemas/. Edit those, then run: make build -->"


def clean(field: Field, text: str) -> str:
    """Return a cell's text in canonical form: NFC, no blanks around it, one form for an integer or a truth value.

    What is not of the column's type stays as it is.
    """
    text = unicodedata.normalize("NFC", text).strip()
    if field.type == "integer" and LEXICAL["integer"].fullmatch(text):
        digits = text.lstrip("+-").lstrip("0") or "0"  # not int(): it refuses more than 4 300 digits
        return f"-{digits}" if text.startswith("-") and digits != "0" else digits
    if field.type == "boolean" and LEXICAL["boolean"].fullmatch(text):
        return "true" if text.lower() in ("true", "1") else "false"
    return text


def csv_text(table: TableSchema, rows: list[dict[str, str]]) -> str:
    """Return rows as canonical CSV."""
    cells = [[clean(field, row[field.name]) for field in table.fields] for row in rows]
    return "".join(f"{','.join(map(_quoted, row))}\n" for row in [table.names, *sorted(cells)])


def _quoted(cell: str) -> str:
    # Not csv.writer: it leaves a lone carriage return unquoted, which every reader takes for the end of a record.
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in ',"\r\n') else cell


def read_rows(path: Path, table: TableSchema) -> list[dict[str, str]]:
    """Return the rows of a table's CSV as text.

    Raises BadSchemaError where the file is no UTF-8, has other columns than its schema, or a row of another length.
    """
    try:
        records = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))
    except (OSError, ValueError, csv.Error) as error:
        raise BadSchemaError(f"{path}: the table cannot be read: {error}. Save it as CSV UTF-8 with commas.") from None
    heading = records[0] if records else []
    if sorted(heading) != sorted(table.names):
        odd = sorted(set(heading) ^ set(table.names)) or ["(a column that stands twice)"]
        raise BadSchemaError(f"{path}: its columns are not those of its schema; look at: {', '.join(odd)}.")
    for number, record in enumerate(records[1:], 2):
        if record and len(record) != len(heading):
            raise BadSchemaError(f"{path}: row {number} has {len(record)} cells, the heading has {len(heading)}.")
    return [dict(zip(heading, record, strict=True)) for record in records[1:] if record]


def build(dataset: Dataset) -> list[str]:
    """Write anew whatever is not what it should be; return the paths of what was written.

    All of them or none. Raises BadSchemaError, and writes nothing, where a schema or a table cannot be used;
    CsodataError where somebody else is writing, or where it cannot be written.
    """
    with locked(dataset.path, REPAIR):
        due = dict(derived(Dataset(dataset.path)))  # read anew: it may have been written since
        write_set(dataset.path, due)
    return [path.relative_to(dataset.path).as_posix() for path in due]


def check(dataset: Dataset) -> list[str]:
    """Return the paths of the files that the build would write anew; writes nothing."""
    return [path.relative_to(dataset.path).as_posix() for path, _ in derived(dataset)]


def derived(dataset: Dataset, rows: Mapping[str, list[dict[str, str]]] | None = None) -> Iterator[tuple[Path, bytes]]:
    """Yield path and content of each file that is not what it should be, the descriptor last.

    `rows`, by table, take the place of what stands in the CSV of that table: text, whole rows. Raises BadSchemaError
    where a schema or a table cannot be used.
    """
    require_descriptor(dataset)
    models = schemas.read_all({table: dataset.schema_path(table) for table in dataset.tables})
    descriptor = json.loads(json.dumps(dataset.descriptor))
    texts = {}
    for resource in descriptor["resources"]:
        table = resource["name"]
        present = (rows or {}).get(table)
        if present is None:
            present = read_rows(dataset.csv_path(table), models[table])
        texts[table] = csv_text(models[table], present)
        text = texts[table].encode()
        yield from _if_changed(dataset.csv_path(table), text)
        resource |= {"bytes": len(text), "hash": hash_of(text)}
        parquet = _parquet(dataset.parquet_path(table), models[table], text.decode())
        yield from _if_changed(dataset.parquet_path(table), parquet)
        resource["parquet"] |= {"bytes": len(parquet), "hash": hash_of(parquet)}
    written = {table: list(csv.DictReader(io.StringIO(text, newline=""))) for table, text in texts.items()}
    card = card_head(descriptor, sum(map(len, written.values()))) + dictionary(models)
    yield from _if_changed(dataset.path / "data" / "README.md", card.encode())
    yield from _if_changed(dataset.path / "data" / "QUALITY.md", quality(models, written).encode())
    # The installed copy has no citation file, and no docs, of its own.
    if (dataset.path / "CITATION.cff").exists() or (dataset.path / "pyproject.toml").exists():
        yield from _if_changed(dataset.path / "CITATION.cff", citation_cff(dataset).encode())
        machines = croissant(descriptor, models, citation(dataset))
        yield from _if_changed(dataset.path / "croissant.json", machines.encode())
        yield from (due for page in rule_pages(dataset.path) for due in _if_changed(*page))
    whole = json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n"
    yield from _if_changed(dataset.path / DESCRIPTOR, whole.encode())


def _if_changed(path: Path, content: bytes) -> Iterator[tuple[Path, bytes]]:
    if not path.is_file() or path.read_bytes() != content:
        yield path, content


def _parquet(path: Path, table: TableSchema, text: str) -> bytes:
    """Return the Parquet file of a table: the one that is there if it says the same, since bytes differ by pyarrow."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = from_text(table, csv.DictReader(io.StringIO(text, newline="")))
    if path.is_file():
        try:
            present = read_parquet(path)
        except BadSchemaError:
            present = None
        if present is not None and present.schema.equals(rows.schema, check_metadata=True) and present.equals(rows):
            return path.read_bytes()
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink, compression="zstd")
    return bytes(sink.getvalue())


def dictionary(models: Mapping[str, TableSchema]) -> str:
    """Return the data dictionary: every table, column and value of a list, in words."""
    lines = ["# Data dictionary", "", GENERATED, ""]
    lines += ["An empty cell means that the source does not say. Dates are EDTF strings.", ""]
    lines += ["| table | what a row is |", "|---|---|"]
    lines += [f"| [{table}](#{table}) | {_cell(model.description or '')} |" for table, model in models.items()]
    for table, model in models.items():
        lines += ["", f"## {table}", "", f"**{model.title}.** {model.description}", ""]
        lines += ["| column | title | type | what stands there | example |", "|---|---|---|---|---|"]
        lines += [_column(field, model) for field in model.fields]
        for field in model.fields:
            if field.categories and field.name != "table_name":
                lines += ["", f"Values of `{field.name}`:", ""]
                lines += [
                    f"- `{value.value}`: {value.label}. {value.description or ''}".rstrip()
                    for value in field.categories
                ]
    return "\n".join(lines) + "\n"


def _column(field: Field, model: TableSchema) -> str:
    needed = ", required" if field.constraints.required else ""
    target = model.references.get(field.name)
    points = f", → {target or 'this table'}" if target is not None else ""
    example = schemas.to_text(field.example)
    return (
        f"| `{field.name}` | {_cell(field.title or '')} | {field.type}{needed}{points} "
        f"| {_cell(field.description or '')} | {_cell(example)} |"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
