"""Find a dataset folder, read its descriptor, give paths, verify bytes and hashes."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from csodata.errors import BadSchemaError, NoDatasetError, UnknownTableError

NAME = "csodata"
DESCRIPTOR = "datapackage.json"
# Tables whose rows need no citation: they are the evidence, or what is looked up.
EVIDENCE_TABLES = ("sources", "citations", "searches", "distinct_pairs", "redirects")
REFERENCE_TABLES = ("countries", "themes")
STAGING = ".csodata-write"  # where csodata.store writes first
MANIFEST = "manifest.json"
SHIPPED = "_dataset"  # the folder of the copy that is installed with the package


@dataclass(frozen=True)
class Dataset:
    """One folder that holds the dataset: its descriptor, its tables, its schemas.

    `path` is the folder. Raises NoDatasetError where the descriptor is missing, BadSchemaError where it cannot be read.
    """

    path: Path
    descriptor: dict[str, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        descriptor = _read_json(self.path / DESCRIPTOR)
        object.__setattr__(self, "descriptor", descriptor)
        try:
            paths = [
                path
                for resource in descriptor["resources"]
                for path in (resource["path"], resource["schema"], resource["parquet"]["path"], resource["name"])
            ]
        except (KeyError, TypeError):
            raise BadSchemaError(
                f"{self.path / DESCRIPTOR}: each of its 'resources' needs a name, a path, a schema and a parquet path."
            ) from None
        for path in paths:
            if not _is_plain(path):
                raise BadSchemaError(f"{self.path / DESCRIPTOR}: the path {path!r} leads out of the folder.")

    @property
    def version(self) -> str:
        """The version of the data, the schemas and the package together."""
        return str(self.descriptor.get("version", "unknown"))

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The descriptor's resources by table name."""
        return {resource["name"]: resource for resource in self.descriptor["resources"]}

    @property
    def tables(self) -> list[str]:
        """The names of the tables, in the descriptor's order."""
        return list(self.resources)

    def resource(self, table: str) -> dict[str, Any]:
        """Return the descriptor's entry for `table`; raises UnknownTableError, which lists the tables."""
        try:
            return self.resources[table]
        except (KeyError, TypeError):
            raise UnknownTableError(
                f"There is no table '{table}'. The tables are: {', '.join(sorted(self.tables))}."
            ) from None

    def csv_path(self, table: str) -> Path:
        """Return the path of the table's canonical CSV file."""
        return self.path / str(self.resource(table)["path"])

    def parquet_path(self, table: str) -> Path:
        """Return the path of the table's Parquet file."""
        return self.path / str(self.resource(table)["parquet"]["path"])

    def schema_path(self, table: str) -> Path:
        """Return the path of the table's schema."""
        return self.path / str(self.resource(table)["schema"])

    def schema_descriptor(self, table: str) -> dict[str, Any]:
        """Return the table's Table Schema as it stands in its file."""
        return _read_json(self.schema_path(table))

    def verify(self) -> list[str]:
        """Return a sentence for a write that was broken off, and for each file not as the descriptor says."""
        broken = unfinished(self.path)
        differences = [(STAGING, broken)] if broken else []
        return [f"{name}: {what}" for name, what in [*differences, *self.differences()]]

    def differences(self) -> Iterator[tuple[str, str]]:
        """Hold every file against the descriptor's bytes and hash; yield path and sentence for each that differs."""
        for resource in self.resources.values():
            for entry in (resource, resource["parquet"]):
                what = _difference(self.path / entry["path"], entry)
                if what:
                    yield entry["path"], what
            if not (self.path / resource["schema"]).is_file():
                yield resource["schema"], "the file is missing"


def find(start: Path | None = None) -> Dataset:
    """Return the dataset for reading: `start`, else $CSODATA_DIR, else the installed copy.

    Raises NoDatasetError where there is none.
    """
    folder = start or _from_environment() or installed()
    return Dataset(Path(folder))


def find_here() -> Dataset:
    """Return the dataset for checking: the folder that one stands in, or a parent, else as `find` does."""
    return _around(Path.cwd()) or find()


def find_checkout() -> Dataset:
    """Return the dataset for writing: the folder that one stands in, or a parent.

    Raises NoDatasetError outside of one, and in an installed copy: nothing is ever written into that.
    """
    dataset = _around(Path.cwd())
    if dataset is None:
        raise NoDatasetError(f"There is no {NAME} dataset in {Path.cwd()} or above it; go to the folder of a checkout.")
    # The copy inside a package, of whichever environment: the next upgrade would take away what is written there.
    if dataset.path.name == SHIPPED and (dataset.path.parent / "__init__.py").is_file():
        raise NoDatasetError(
            f"The dataset in {dataset.path} is an installed copy, in which nothing is written; go to the folder of a "
            "checkout."
        )
    return dataset


def unfinished(folder: Path) -> str | None:
    """Return a sentence that says that a write of the dataset was broken off, or None."""
    try:
        staged = os.listdir(folder / STAGING)
    except OSError:  # no such folder
        return None
    if not staged:
        return None
    if MANIFEST in staged:
        return "a write was broken off, so some files are new and some old; make build finishes it"
    return "a write was broken off before it changed anything; make build clears it away, then do it again"


def _around(here: Path) -> Dataset | None:
    """Return the dataset in a folder, or in a parent.

    Only a folder whose descriptor is this package's counts: a wheel that is installed beside an edited checkout would
    otherwise be checked in its place.
    """
    for folder in (here, *here.parents):
        path = folder / DESCRIPTOR
        if path.is_file():
            try:
                descriptor = json.loads(path.read_text(encoding="utf-8"))
            except ValueError:
                return Dataset(folder)  # which says what is wrong with it
            if isinstance(descriptor, dict) and descriptor.get("name") == NAME:
                return Dataset(folder)
    return None


def _from_environment() -> str | None:
    return os.environ.get("CSODATA_DIR") or None


def installed() -> Path:
    """Return the folder of the dataset that was installed with csodata."""
    package = Path(__file__).resolve().parent
    shipped = package / SHIPPED
    # An editable installation has no copy of its own: the checkout is the dataset.
    return shipped if shipped.is_dir() else package.parent


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NoDatasetError(
            f"There is no {path.name} in {path.parent}; name the folder of a {NAME} dataset."
        ) from None
    except (OSError, ValueError) as error:
        raise BadSchemaError(f"{path} cannot be read as JSON: {error}.") from None
    if not isinstance(content, dict):
        raise BadSchemaError(f"{path} holds no JSON object.")
    return content


def _is_plain(name: object) -> bool:
    """Tell whether a descriptor's path is a plain relative name, which cannot climb out of the folder."""
    path = PurePosixPath(str(name))
    return isinstance(name, str) and not path.is_absolute() and ".." not in path.parts and "\\" not in name


def _difference(path: Path, expected: dict[str, Any]) -> str | None:
    if not path.is_file():
        return "the file is missing"
    content = path.read_bytes()
    size, hash_ = expected.get("bytes"), expected.get("hash")
    if len(content) != size:
        return f"the descriptor says {size} bytes, the file has {len(content)}"
    actual = hash_of(content)
    return None if actual == hash_ else f"the descriptor says {hash_}, the file has {actual}"


def hash_of(content: bytes) -> str:
    """Return the hash string of a file's content, with its algorithm, as a Data Package carries it."""
    import hashlib  # 6 ms, which most commands do not need

    return f"sha256:{hashlib.sha256(content).hexdigest()}"
