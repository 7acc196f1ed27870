"""Which release is asked for, where it is, and whether it is here already."""

import io
import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from csodata.dataset import DESCRIPTOR, NAME, Dataset, installed
from csodata.errors import CsodataError, NoDatasetError
from csodata.releases.layout import (
    INDEX,
    MOST_BYTES,
    RELEASE,
    VERSION,
    File,
    Index,
    Release,
    differences,
    hash_of_file,
    number,
    parse,
)
from csodata.releases.remote import SCHEMES, Patience, Url
from csodata.releases.sources import Archive, Folder, Source, release_of
from csodata.releases.taking import Progress, take

KNOWN = Path(__file__).with_name("known.json")


def download(
    version: str | None = None,
    source: str | None = None,
    to: Path | None = None,
    *,
    progress: Progress | None = None,
    patience: Patience | None = None,
) -> Path:
    """Fetch a released version of the dataset, and return its folder.

    Args:
        version: such as 0.1.0; without it, the newest one that there is.
        source: the address or the folder of a place with an index.json, the folder of a release, or the address or the
            path of a zip; without it $CSODATA_REMOTE, and without that the installed copy; of a checkout the own
            folder is returned, and nothing is cached.
        to: a new or empty folder; without it, the cache, which is asked first where no source is named.
        progress: is called with the bytes that are here and the bytes that there are.
        patience: how long a server is borne with.

    Raises:
        CsodataError: what was fetched is not whole, or not what it should be; nothing of it is left then.
    """
    _require_version(version)
    held = cached(version) if version is not None and source is None else None
    if held is not None and to is None:
        return held
    where = source or (str(held) if held else os.environ.get("CSODATA_REMOTE"))
    if where is None:
        ours = Dataset(installed())
        if version not in (None, ours.version):
            raise _not_here(str(version), ours)
        if to is None and not _is_shipped(ours.path):
            return ours.path  # kept in the cache, a checkout would pass for the version that it is on its way to
        where = str(ours.path)
    try:
        with _opened(where, patience or Patience()) as place:
            release, within = _choose(place, version)
            _require_known(release)
            if to is not None:
                return take(place, release, to, within, progress)
            target = _cache() / release.version
            if not target.is_dir():
                try:
                    return take(place, release, target, within, progress)
                except (CsodataError, OSError):
                    if not target.is_dir():  # else another process was faster
                        raise
            return _same(target, release)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CsodataError(f"{error.filename or where}: {reason}. Nothing of the release is kept.") from error


def open_version(version: str) -> Dataset:
    """Return a released version: from the cache, the installed copy, or $CSODATA_REMOTE, in this order.

    Raises NoDatasetError where none has it, and CsodataError where it cannot be fetched whole.
    """
    _require_version(version)
    held = cached(version)
    if held is not None:
        return Dataset(held)
    ours = Dataset(installed())
    if ours.version == version:
        return ours
    if os.environ.get("CSODATA_REMOTE"):
        return Dataset(download(version))
    raise _not_here(version, ours)


def cached(version: str) -> Path | None:
    """Return the folder of a version in the cache, None where it is not there.

    Raises CsodataError where it is no longer what was fetched.
    """
    folder = _cache() / version
    if not folder.is_dir():
        return None
    path = folder / RELEASE
    release = parse(Release, path.read_bytes(), str(path)) if path.is_file() else None
    if release is None or release.version != version or differences(folder, release):
        wrong = ", ".join(differences(folder, release)) if release else RELEASE
        raise CsodataError(
            f"{folder} is no longer what was fetched; look at: {wrong}. Delete that folder, and fetch anew."
        )
    return folder


def _not_here(version: str, ours: Dataset) -> NoDatasetError:
    return NoDatasetError(
        f"Version {version} of {NAME} is not on this computer; version {ours.version} is installed. Fetch it: "
        f"csodata download {version} --from URL, with the address where it is published, or set $CSODATA_REMOTE."
    )


def _cache() -> Path:
    from pooch import os_cache

    return Path(os_cache(NAME))


def _require_version(version: str | None) -> None:
    if version is not None and not re.fullmatch(VERSION, version):
        raise CsodataError(f"'{version}' is no version; a version is written as 0.1.0.")


@contextmanager
def _opened(where: str, patience: Patience) -> Iterator[Source]:
    """Yield the place that an address or a path names."""
    scheme, mark, _ = where.partition("://")
    if mark and scheme.lower() not in SCHEMES:
        raise CsodataError(
            f"{where}: '{scheme}' is not fetched from; name an http or https address, a folder or a zip."
        )
    if not mark and Path(where).is_dir():
        yield Folder(Path(where))
    elif not where.partition("?")[0].lower().endswith(".zip"):
        if not mark:
            raise CsodataError(f"{where}: there is no such folder, and it is no zip.")
        yield Url(where, patience)
    elif mark:
        with tempfile.TemporaryFile() as stream:
            packed = Url(where, patience)
            packed.read("", stream, MOST_BYTES)
            yield Archive(stream, packed.name)
    elif Path(where).is_file():
        with Path(where).open("rb") as stream:
            yield Archive(stream, where)
    else:
        raise CsodataError(f"{where}: there is no such file.")


def _choose(place: Source, version: str | None) -> tuple[Release, str]:
    """Return what is stated of the release that is asked for, and what goes before its names in that place."""
    if not place.has(INDEX):
        release = release_of(place)
        if version not in (None, release.version):
            raise CsodataError(f"{place.name} holds version {release.version}, not {version}; is there another place?")
        return release, ""
    index = parse(Index, place.read(INDEX), place.at(INDEX))
    entries = {entry.version: entry for entry in index.versions}
    there = sorted(entries, key=number)
    if not there or len(there) < len(index.versions):
        raise CsodataError(f"{place.at(INDEX)} names no version, or one of them twice.")
    entry = entries.get(version or there[-1])
    if entry is None:
        raise CsodataError(f"{place.name} has no version {version}. It has: {', '.join(there)}.")
    content = io.BytesIO()
    place.fetch(entry.release, content, lambda _: None)
    release = parse(Release, content.getvalue(), place.at(entry.release.path))
    said = (entry.version, entry.release.path, entry.descriptor)
    if said != (release.version, entry.path + RELEASE, _within(entry.path, release.descriptor)):
        raise CsodataError(
            f"{place.at(entry.release.path)} is not of the version {entry.version} that {INDEX} describes."
        )
    return release, entry.path


def _within(path: str, file: File) -> File:
    return file.model_copy(update={"path": path + file.path})


def _require_known(release: Release) -> None:
    """Raise CsodataError where this package knows the version, and it is another: known.json, and its own copy."""
    known = json.loads(KNOWN.read_text(encoding="utf-8"))
    ours = installed()
    if _is_shipped(ours):
        known.setdefault(Dataset(ours).version, hash_of_file(ours / DESCRIPTOR))
    if known.get(release.version, release.descriptor.hash) != release.descriptor.hash:
        raise CsodataError(
            f"This is not the version {release.version} that was published: its {DESCRIPTOR} is "
            f"{release.descriptor.hash}, where {known[release.version]} is known. Nothing of it is kept."
        )


def _is_shipped(folder: Path) -> bool:
    """Tell a wheel's copy, which is its version, from a checkout, which is on its way to it."""
    return folder.is_relative_to(Path(__file__).parents[1])


def _same(folder: Path, release: Release) -> Path:
    """Return a version that is in the cache already, if it is the one that is asked for."""
    held = cached(release.version)
    if held is None or hash_of_file(held / DESCRIPTOR) != release.descriptor.hash:
        raise CsodataError(
            f"{folder} holds another {release.version} than this one. A released version never changes: one of the two "
            "is wrong. Fetch this one into a folder of its own, with --to, and compare them."
        )
    return held
