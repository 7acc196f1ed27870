"""Whether the Parquet files of a release can be read, and have the columns that their schemas say.

They are read in a process of their own, which may die: Arrow ends the whole process over some damaged files.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from csodata.dataset import Dataset
from csodata.errors import CsodataError

CHILD = """
import json, sys
sys.path[:], folder = json.loads(sys.argv[1])
from csodata.releases.tables import judge
judge(folder)
"""
SECONDS = 50
MOST_UNPACKED = 2_000_000_000
ADDRESSES = 4_000_000_000
"""Bytes of addresses that the child may reserve: Arrow reserves far more than it uses."""


def require_tables(folder: Path) -> None:
    """Raise CsodataError where a table of the dataset in a folder cannot be loaded, or is not as its schema says."""
    order = json.dumps([list(map(str, sys.path)), str(folder)])
    try:
        # Nothing of the environment counts in the child, and no start-up file: it finds its modules where we do.
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", CHILD, order],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise CsodataError(f"The Parquet files take more than {SECONDS} seconds to read.") from None
    if done.returncode:
        raise CsodataError("A Parquet file is damaged, or unpacks to more than can be held.")
    if done.stdout:
        raise CsodataError(done.stdout.decode())


def judge(folder: str) -> None:
    """Write to standard output what is wrong with the first table with which something is; the child calls this."""
    _confine()
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "1"  # to look for some takes a fifth of all the time here
    for name in ("numpy", "pandas"):  # Arrow would import them, in half a second, and needs neither
        sys.modules[name] = None  # type: ignore[assignment]
    from pyarrow import ArrowException

    dataset = Dataset(Path(folder))
    try:
        for table in dataset.tables:
            try:
                _judge_table(dataset, table)
            except (CsodataError, ArrowException, OSError) as error:
                raise CsodataError(f"{dataset.resource(table)['parquet']['path']}: {error}") from error
    except CsodataError as error:
        sys.stdout.buffer.write(str(error).replace(f"{folder}/", "").encode())


def _confine() -> None:
    """Let this process take no more memory, where the platform can see to that.

    Not that of csodata.reading, which imports for half as long as all of this takes.
    """
    try:
        import resource
    except ImportError:
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    most = ADDRESSES if hard == resource.RLIM_INFINITY else min(ADDRESSES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _judge_table(dataset: Dataset, table: str) -> None:
    from pyarrow.parquet import ParquetFile

    from csodata.arrow import arrow_schema
    from csodata.schema import read

    expected = arrow_schema(read(dataset.schema_path(table)))
    with ParquetFile(dataset.parquet_path(table)) as file:
        for ours, theirs in zip(expected, file.schema_arrow, strict=False):
            if not ours.equals(theirs):
                raise CsodataError(f"the schema has the column {_words(ours)}, the Parquet file {_words(theirs)}.")
        if len(expected) != len(file.schema_arrow):
            raise CsodataError(f"the schema has {len(expected)} columns, the Parquet file {len(file.schema_arrow)}.")
        footer = file.metadata
        groups = [footer.row_group(index) for index in range(footer.num_row_groups)]
        size = sum(group.column(index).total_uncompressed_size for group in groups for index in range(len(expected)))
        # A row of the CSV is at least its line break.
        if size > MOST_UNPACKED or footer.num_rows > dataset.csv_path(table).stat().st_size:
            raise CsodataError(f"it tells of {footer.num_rows:,} rows and {size:,} bytes, and cannot hold as many.")
        for batch in file.iter_batches(batch_size=10_000, use_threads=False):
            batch.validate(full=True)


def _words(field: object) -> str:
    return f"'{field}'".replace(" not null", ", required")
