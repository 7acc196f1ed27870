"""Read a stranger's file into cells of text, each with its place: file, sheet, row, column, physical line.

`read` is the forgiving reader for contributions, `read_strict` the one that sees a CSV file as Table Schema does.
Neither decides whether a value is good: what was repaired, or cannot be taken as it is, comes back as a `Note`.
"""

from csodata.reading.batches import Batch, Block, Place, Places, columns, parse_block
from csodata.reading.headings import Headings, find_headings
from csodata.reading.model import Limits, Note, Row, Sheet, column_letter, limits_with
from csodata.reading.source import read, read_rows, read_strict, spooled
from csodata.reading.stream import opened
from csodata.reading.table import Table, read_table
from csodata.reading.threads import in_order

__all__ = [
    "Batch",
    "Block",
    "Headings",
    "Limits",
    "Note",
    "Place",
    "Places",
    "Row",
    "Sheet",
    "Table",
    "column_letter",
    "columns",
    "find_headings",
    "in_order",
    "limits_with",
    "opened",
    "parse_block",
    "read",
    "read_rows",
    "read_strict",
    "read_table",
    "spooled",
]
