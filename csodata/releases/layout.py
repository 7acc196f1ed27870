"""The form of a release, and of a place that holds several: what is written for it, and what is asked of one.

A release is a folder with the files of a dataset, `release.json` (each file with its bytes and hash), and `SHA256SUMS`
(the same for `sha256sum --check`). A place holds `index.json`, a folder for each version, and an archive of each.
docs/releases.md shows them.
"""

import hashlib
import json
import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, FailFast, ValidationError, model_validator
from pydantic import Field as Key

from csodata.dataset import DESCRIPTOR, NAME, Dataset
from csodata.errors import CsodataError

INDEX, RELEASE, SUMS = "index.json", "release.json", "SHA256SUMS"
ALONG = (
    "data/README.md",
    "data/QUALITY.md",
    "croissant.json",
    "csodata.sqlite",
    "CHANGELOG.md",
    "CITATION.cff",
    "LICENSE-DATA",
    "PRIVACY.md",
)
"""What goes into a release besides the descriptor and what it names, where it is there."""
MOST_FILES, MOST_JSON, MOST_ALONG, MOST_BYTES = 2_000, 1_000_000, 100_000_000, 1_000_000_000
CHUNK = 65_536

# Only what every platform takes for one plain name after the other: no climbing, no drive, no hidden file.
NAME_PART = r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}(?:\.[A-Za-z0-9_-]{1,99}){0,3}"
PLAIN = rf"^{NAME_PART}(?:/{NAME_PART}){{0,4}}$"
VERSION = r"^(?:0|[1-9][0-9]{0,5})(?:\.(?:0|[1-9][0-9]{0,5})){2}$"
Plain = Annotated[str, Key(pattern=PLAIN)]
Version = Annotated[str, Key(pattern=VERSION)]
Day = Annotated[str, Key(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Model = TypeVar("Model", bound=BaseModel)


class File(BaseModel):
    """A file, its size and its hash."""

    path: Plain
    bytes: int = Key(ge=0, le=MOST_BYTES, strict=True)
    hash: str = Key(pattern=r"^sha256:[0-9a-f]{64}$")


class Release(BaseModel):
    """release.json: every file of a release but itself and SHA256SUMS, which says the same."""

    name: Literal["csodata"]
    version: Version
    date: Day
    rows: dict[str, int] = {}
    files: Annotated[list[File], FailFast(), Key(max_length=MOST_FILES)]

    @model_validator(mode="after")
    def _can_be_stored(self) -> Self:
        if len({file.path.casefold() for file in self.files}) < len(self.files):
            raise ValueError("a file stands twice in it")
        if DESCRIPTOR not in self.by_path or {RELEASE, SUMS} & set(self.by_path):
            raise ValueError(f"'files' has to name {DESCRIPTOR}, and neither {RELEASE} nor {SUMS}")
        _require_small([file for file in self.files if file.path.endswith(".json")])
        size = sum(file.bytes for file in self.files)
        if size > MOST_BYTES:
            raise ValueError(f"its files have {size / 1e6:,.0f} MB; at most {MOST_BYTES / 1e6:,.0f} MB are taken")
        return self

    @property
    def by_path(self) -> dict[str, File]:
        """The files by their paths."""
        return {file.path: file for file in self.files}

    @property
    def descriptor(self) -> File:
        """The file that the descriptor is."""
        return self.by_path[DESCRIPTOR]


class Entry(BaseModel):
    """A version in index.json; its paths begin at the place itself."""

    version: Version
    date: Day
    path: str = Key(pattern=PLAIN.removesuffix("$") + "/$")
    descriptor: File
    release: File
    archive: File | None = None
    rows: dict[str, int] = {}

    @model_validator(mode="after")
    def _can_be_held(self) -> Self:
        _require_small([self.descriptor, self.release])
        return self


class Index(BaseModel):
    """index.json."""

    name: Literal["csodata"]
    versions: Annotated[list[Entry], FailFast(), Key(max_length=MOST_FILES)]


class Resource(File):
    """A table in a descriptor, as far as a release depends on it."""

    name: str = Key(pattern=r"^[a-z]+(?:_[a-z]+)*$")
    schema_path: Plain = Key(alias="schema")
    parquet: File

    @property
    def files(self) -> list[File]:
        """Its files whose size and hash the descriptor states."""
        return [self, self.parquet]


class Descriptor(BaseModel):
    """A descriptor, as far as a release depends on it: a later version may have keys that are not known here."""

    name: Literal["csodata"]
    version: Version
    created: str = Key(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}")
    # FailFast: a million errors about a million tables would fill the memory.
    resources: Annotated[list[Resource], FailFast(), Key(min_length=1, max_length=MOST_FILES // 3)]


def _require_small(files: list[File]) -> None:
    for file in files:
        if file.bytes > MOST_JSON:
            raise ValueError(f"{file.path} has {file.bytes:,} bytes; at most {MOST_JSON:,} are taken")


def parse(model: type[Model], content: bytes, where: str) -> Model:
    """Return what a JSON file says; raises CsodataError, which names file and key, where it is of another form."""
    if len(content) > MOST_JSON:
        raise CsodataError(f"{where} has more than {MOST_JSON:,} bytes, as no release of {NAME} needs; it is not read.")
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(map(str, fault["loc"]))
        what = fault["msg"].removeprefix("Value error, ")
        raise CsodataError(
            f"{where} is not as a release of {NAME} has it: {f'the key {key!r}: ' if key else ''}{what}."
        ) from None


def hash_of_file(path: Path) -> str:
    """Return the hash string of a file, which is read in pieces."""
    with path.open("rb") as stream:
        return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"


def differences(folder: Path, release: Release) -> list[str]:
    """Return the paths of the files in a folder that are not as its release says."""
    return [
        file.path
        for file in release.files
        if not (path := folder / file.path).is_file()
        or path.stat().st_size != file.bytes
        or hash_of_file(path) != file.hash
    ]


def sums_text(files: list[File]) -> str:
    """Return the list of hashes that `sha256sum --check` reads."""
    return "".join(f"{file.hash.removeprefix('sha256:')}  {file.path}\n" for file in files)


def json_text(model: BaseModel) -> str:
    """Return a model as the JSON of its file."""
    return json.dumps(model.model_dump(exclude_none=True), indent=2, ensure_ascii=False) + "\n"


def write_release(dataset: Dataset, to: Path, date: str) -> None:
    """Write the release of a dataset.

    Args:
        dataset: what is released.
        to: the folder of the release, named after the version; it does not exist, or is empty.
        date: the day of the release, as 2026-11-22.

    Raises:
        CsodataError: the folder holds something, or a file is not as the descriptor says; nothing is written then.
    """
    from csodata.arrow import count_rows
    from csodata.releases.sources import Folder, release_of  # these use this module
    from csodata.releases.taking import take

    release = release_of(Folder(dataset.path)).model_copy(update={"date": date, "rows": count_rows(dataset)})
    take(Folder(dataset.path), release, to)


def write_archive(release: Path, archive: Path) -> None:
    """Pack the folder of a release: the same bytes each time, all in a folder `csodata-<version>`."""
    told = parse(Release, (release / RELEASE).read_bytes(), str(release / RELEASE))
    year, month, day = map(int, told.date.split("-"))
    beside = archive.with_name(f".{archive.name}.new")
    with zipfile.ZipFile(beside, "w") as packed:
        for path in [RELEASE, SUMS, *(file.path for file in told.files)]:
            info = zipfile.ZipInfo(f"{NAME}-{told.version}/{path}", (year, month, day, 0, 0, 0))
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            packed.writestr(info, (release / path).read_bytes(), zipfile.ZIP_DEFLATED)
    os.replace(beside, archive)


def write_index(dist: Path) -> None:
    """Write the index of a place: the folders of releases in it and their archives, `csodata-<version>.zip`.

    Raises CsodataError where a folder is not named after its version, or is not as its release.json says.
    """
    index = Index(name="csodata", versions=sorted(_entries(dist), key=lambda entry: number(entry.version)))
    beside = dist / f".{INDEX}.new"
    beside.write_text(json_text(index), encoding="utf-8")
    os.replace(beside, dist / INDEX)


def number(version: str) -> tuple[int, ...]:
    """Return a version as numbers, by which versions are sorted."""
    return tuple(map(int, version.split(".")))


def stated(folder: Path, path: str) -> File:
    """Return the size and hash of a file."""
    return File(path=path, bytes=(folder / path).stat().st_size, hash=hash_of_file(folder / path))


def _entries(dist: Path) -> Iterator[Entry]:
    for told in dist.glob(f"*/{RELEASE}"):
        folder = told.parent
        release = parse(Release, told.read_bytes(), str(told))
        if folder.name != release.version:
            raise CsodataError(f"{folder} holds the release {release.version}; a folder bears the name of its version.")
        if wrong := differences(folder, release):
            raise CsodataError(f"{folder} is not as its {RELEASE} says; look at: {', '.join(wrong)}.")
        archive = f"{NAME}-{release.version}.zip"
        files: dict[str, Any] = {
            "descriptor": stated(dist, f"{folder.name}/{DESCRIPTOR}"),
            "release": stated(dist, f"{folder.name}/{RELEASE}"),
            "archive": stated(dist, archive) if (dist / archive).is_file() else None,
        }
        yield Entry(version=release.version, date=release.date, path=f"{folder.name}/", rows=release.rows, **files)
