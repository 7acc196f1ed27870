"""Copy a release, whole and checked, or not at all: into a folder beside its place, which is renamed at the end."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

from csodata.dataset import DESCRIPTOR
from csodata.errors import CsodataError
from csodata.releases.layout import RELEASE, SUMS, Descriptor, Release, json_text, parse, sums_text
from csodata.releases.sources import Source
from csodata.releases.tables import require_tables

Progress = Callable[[int, int], None]


def take(source: Source, release: Release, to: Path, within: str = "", progress: Progress | None = None) -> Path:
    """Copy a release into a folder beside its target, check it there, rename that, and return it.

    Args:
        source: where its files are.
        release: what is stated of them.
        to: its folder afterwards; it does not exist, or is empty.
        within: what goes before their names there.
        progress: see `download`.

    Raises:
        CsodataError: anything is not as it is stated; the target is then as it was.
    """
    target = Path(os.path.abspath(to))
    if os.path.lexists(target) and not (target.is_dir() and not any(target.iterdir())):
        raise CsodataError(f"{target} is there already, and not an empty folder; nothing is written into it.")
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = target.with_name(f".{target.name}.{token_hex(4)}.new")
    staging.mkdir()
    try:
        came, whole = 0, sum(file.bytes for file in release.files)

        def advance(size: int) -> None:
            nonlocal came
            came += size
            if progress:
                progress(came, whole)

        for file in sorted(release.files, key=lambda file: file.path != DESCRIPTOR):
            path = staging / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as stream:
                source.fetch(file.model_copy(update={"path": within + file.path}), stream, advance)
            if file.path == DESCRIPTOR:
                _require_descriptor(path, release, source.at(within + DESCRIPTOR))
        (staging / SUMS).write_text(sums_text(release.files), encoding="utf-8")
        (staging / RELEASE).write_text(json_text(release), encoding="utf-8")
        try:
            require_tables(staging)
        except CsodataError as error:
            raise CsodataError(f"{source.name}: {error} This release is not kept.") from None
        _publish(staging, target)
        return target
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _require_descriptor(path: Path, release: Release, where: str) -> None:
    """Raise CsodataError where a descriptor is of another version, or states other files than its release."""
    told = parse(Descriptor, path.read_bytes(), where)
    if told.version != release.version:
        raise CsodataError(f"{where} says that it is version {told.version}, not {release.version}.")
    if len({table.name for table in told.resources}) < len(told.resources):
        raise CsodataError(f"{where} names a table twice.")
    files = release.by_path
    for table in told.resources:
        for file in table.files:
            other = files.get(file.path)
            if other is None or (other.bytes, other.hash) != (file.bytes, file.hash):
                raise CsodataError(f"{where} states another {file.path} than {RELEASE}.")
        if table.schema_path not in files:
            raise CsodataError(f"{where} names {table.schema_path}, which is not in {RELEASE}.")


def _publish(staging: Path, target: Path) -> None:
    """Give a staged folder its name, when all of it has reached the disk."""
    for path in [*staging.rglob("*"), staging]:
        _sync(path)
    if target.is_dir():
        target.rmdir()  # where it is empty: not every platform renames onto it
    staging.rename(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # it knows no such thing
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
