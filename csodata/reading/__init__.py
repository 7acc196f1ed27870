"""Read a stranger's file into cells of text, each with its place: file, sheet, row, column, physical line.

`read` is the forgiving reader for contributions, `read_strict` the one that sees a CSV file as Table Schema does.
Neither decides whether a value is good: what was repaired, or cannot be taken as it is, comes back as a `Note`.
"""

from csodata.reading.batches import Batch, Block, Place, Places, columns, parse_block
from csodata.reading.headings import Headings, find_headings
from csodata.reading.model import Limits, Note, Row, Sheet, column_letter
from csodata.reading.source import read, read_strict
from csodata.reading.stream import opened
from csodata.reading.table import read_table

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
    "column_letter",
    "columns",
    "find_headings",
    "opened",
    "parse_block",
    "read",
    "read_strict",
    "read_table",
]
