"""Forums, actors, objectives and commitments: how civil society takes part in the governance of migration.

    import csodata
    forums = csodata.load("forums")                      # a pyarrow.Table
    frame = csodata.load("forums", as_="pandas")

Every function imports what it needs when it is called: `import csodata` itself costs next to nothing.
"""

import re
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from csodata.errors import CsodataError

if TYPE_CHECKING:
    import pyarrow as pa

    from csodata.dataset import Dataset

__all__ = ["CsodataError", "cite", "date_bounds", "describe", "load", "open", "tables"]

Folder = Union[str, PathLike[str], "Dataset"]


def open(path: Folder | None = None) -> "Dataset":
    """Return the dataset in the folder `path`, else in $CSODATA_DIR, else the one that was installed with csodata.

    A text such as "0.1.0" is a released version: from the cache, the installed copy, or $CSODATA_REMOTE, in this order.
    (A folder of that name is "./0.1.0".) So it is wherever a function here takes a `dataset`.

    A `Dataset` has `.path`, `.version`, `.tables`, and `.verify()`, which returns a sentence for each damaged file.
    Raises NoDatasetError where there is none.
    """
    from csodata.dataset import Dataset, find

    if isinstance(path, Dataset):
        return path
    if isinstance(path, str) and re.fullmatch(r"[0-9]+(?:\.[0-9]+){2}", path):
        from csodata.releases.download import open_version

        return open_version(path)
    return find(Path(path) if path is not None else None)


def tables(dataset: Folder | None = None) -> list[str]:
    """Return the names of the tables."""
    return open(dataset).tables


def describe(table: str, dataset: Folder | None = None) -> dict[str, Any]:
    """Return a table's Table Schema: title, description, fields (title, description, example, categories …) and keys.

    Raises UnknownTableError, which lists the tables that there are.
    """
    return open(dataset).schema_descriptor(table)


def load(table: str, dataset: Folder | None = None, as_: str | None = None, version: str | None = None) -> Any:
    """Return one table.

    `dataset` is a folder or a `Dataset`, and `as_` the form: None or "arrow" (a pyarrow.Table, with title and
    description in the metadata of each field), "pandas" (a DataFrame of nullable types), "polars", "rows" (a list of
    dicts) or "models" (a list of pydantic models). Empty cells are null: the source does not say. Dates are EDTF
    strings: see `date_bounds`. `version` is a released version, such as "0.1.0", and takes the place of `dataset`; see
    `open`. Raises UnknownTableError, which lists the tables, NoDatasetError, and MissingPackageError.
    """
    from csodata.arrow import load as load_table

    if version is not None:
        if dataset is not None:
            raise CsodataError("load takes a dataset or a version, not both.")
        from csodata.releases.download import open_version

        return load_table(open_version(version), table, as_)
    return load_table(open(dataset), table, as_)


def date_bounds(table: str, column: str, dataset: Folder | None = None) -> "pa.Table":
    """Return the `earliest` and the `latest` day of each EDTF date in a column, row by row, as date32.

    An open side is null, and so is an empty cell. Qualifiers (about, uncertain) do not widen the span.
    """
    from csodata.arrow import date_bounds as bounds_of_column

    return bounds_of_column(load(table, dataset), column)


def cite(dataset: Folder | None = None, form: str = "text") -> str:
    """Return how to cite the dataset, with its version: `form` is "text" or "bibtex"."""
    from csodata.citing import citation

    return citation(open(dataset), form)
