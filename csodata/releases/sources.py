"""Where the files of a release come from: a folder, an archive, or the web (remote.py)."""

import io
import json
import stat
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from re import fullmatch
from typing import BinaryIO

from csodata.dataset import DESCRIPTOR, NAME
from csodata.errors import CsodataError
from csodata.releases.layout import (
    ALONG,
    CHUNK,
    MOST_ALONG,
    MOST_FILES,
    MOST_JSON,
    PLAIN,
    RELEASE,
    Descriptor,
    File,
    Release,
    parse,
)

Advance = Callable[[int], None]
END_RECORD = 22
"""Length of the last record of a zip that has no comment."""


class Fault(CsodataError):
    """What came is not what was stated, or nothing came; it may be right the next time.

    `after` is how many seconds the server asks to wait, where it does.
    """

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Source(ABC):
    """Files by plain names below one place; `name` is the place, for messages."""

    name: str

    @abstractmethod
    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield a file in pieces."""

    @abstractmethod
    def has(self, path: str) -> bool:
        """Tell whether there is a file of that name."""

    def fetch(self, file: File, to: BinaryIO, advance: Advance) -> None:
        """Copy a file, hashing it on its way, and never read on beyond its stated size.

        Args:
            file: what is stated of it.
            to: an empty file.
            advance: told how many bytes came; less than nothing where they came to nothing.

        Raises:
            Fault: size or hash differ.
        """
        digest, size = sha256(), 0
        try:
            for chunk in self.chunks(file.path):
                size += len(chunk)
                if size > file.bytes:
                    raise Fault(f"{self.at(file.path)} is longer than the {file.bytes:,} bytes that are stated.")
                digest.update(chunk)
                to.write(chunk)
                advance(len(chunk))
            if size < file.bytes:
                raise Fault(f"{self.at(file.path)} breaks off: {size:,} bytes came, {file.bytes:,} are stated.")
            if (actual := f"sha256:{digest.hexdigest()}") != file.hash:
                raise Fault(f"{self.at(file.path)} is not the file that is stated: {file.hash}; what came is {actual}.")
        except BaseException:
            advance(-to.tell())
            raise

    def read(self, path: str, to: BinaryIO | None = None, most: int = MOST_JSON) -> bytes:
        """Return a file of which nothing is stated, or write it to `to`; it may have `most` bytes."""
        to = to or io.BytesIO()
        size = 0
        for chunk in self.chunks(path):
            size += len(chunk)
            if size > most:
                raise CsodataError(f"{self.at(path)} has more than {most:,} bytes; it is not read.")
            to.write(chunk)
        return to.getvalue() if isinstance(to, io.BytesIO) else b""

    def at(self, path: str) -> str:
        """Return where a file is, for messages."""
        return f"{self.name}/{path}"


class Folder(Source):
    """A folder on this computer, out of which no link is followed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.name = str(folder)

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield a file in pieces; raises CsodataError where it is missing, no file, or reached through a link."""
        if not self.has(path):
            raise CsodataError(f"{self.at(path)} is missing, or is no file inside that folder.")
        with (self.folder / path).open("rb") as stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    def has(self, path: str) -> bool:
        """Tell whether there is such a file, in the folder itself."""
        file = (self.folder / path).resolve()
        return file.is_file() and file.is_relative_to(self.folder)


class Archive(Source):
    """A zip: the files of a release, as they are or in one folder.

    Raises CsodataError where it is damaged, or holds anything that a release does not: links, names that lead out of
    it, a name that stands twice.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.name = name
        _judge_end(stream, name)
        try:
            self._zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            raise _damaged(name) from error
        self._infos: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            _judge(info, name)
            if info.filename in self._infos:
                raise CsodataError(f"{name} holds {info.filename!r} twice; it is not read.")
            self._infos[info.filename] = info
        tops = {path.partition("/")[0] for path in self._infos}
        self._within = f"{tops.pop()}/" if len(tops) == 1 and DESCRIPTOR not in self._infos else ""

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield a file in pieces; raises CsodataError where it is missing or damaged."""
        if not self.has(path):
            raise CsodataError(f"{self.at(path)} is missing in the archive.")
        try:
            with self._zip.open(self._within + path) as part:  # gives no more than the size that is announced
                while chunk := part.read(CHUNK):
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
            raise _damaged(self.name) from error

    def fetch(self, file: File, to: BinaryIO, advance: Advance) -> None:
        """Copy a file; nothing is unpacked where the archive announces another size than is stated."""
        info = self._infos.get(self._within + file.path)
        if info is not None and info.file_size != file.bytes:
            raise CsodataError(
                f"{self.at(file.path)} would unpack to {info.file_size:,} bytes; {file.bytes:,} are stated."
            )
        super().fetch(file, to, advance)

    def has(self, path: str) -> bool:
        """Tell whether there is such a file."""
        return self._within + path in self._infos


def release_of(source: Source) -> Release:
    """Return what a release says of its files, or what it would say where it has no release.json.

    A bare folder of the dataset, such as the installed copy, has none: its descriptor vouches for the tables, and the
    other files are taken as they are.
    """
    if source.has(RELEASE):
        return parse(Release, source.read(RELEASE), source.at(RELEASE))
    if not source.has(DESCRIPTOR):
        raise CsodataError(f"{source.name} holds no release of {NAME}: there is no {RELEASE} and no {DESCRIPTOR}.")
    told = parse(Descriptor, source.read(DESCRIPTOR), source.at(DESCRIPTOR))
    files = [File(path=file.path, bytes=file.bytes, hash=file.hash) for table in told.resources for file in table.files]
    for path in [DESCRIPTOR, *(table.schema_path for table in told.resources), *filter(source.has, ALONG)]:
        content = source.read(path, most=MOST_ALONG if path in ALONG else MOST_JSON)
        files.append(File(path=path, bytes=len(content), hash=f"sha256:{sha256(content).hexdigest()}"))
    whole = {"name": NAME, "version": told.version, "date": told.created[:10], "files": [vars(file) for file in files]}
    return parse(Release, json.dumps(whole).encode(), source.name)


def _judge_end(stream: BinaryIO, name: str) -> None:
    """Refuse a zip whose list of contents is too long to be held: `zipfile` would read it whole."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - END_RECORD - 20))
    tail = stream.read()
    last = tail[-END_RECORD:]
    if len(last) < END_RECORD or not last.startswith(b"PK\5\6"):
        raise _damaged(name)
    # A locator before it would have `zipfile` look for the true figures elsewhere (zip64).
    if tail.startswith(b"PK\6\7") or int.from_bytes(last[12:16], "little") > MOST_FILES * 500:
        raise CsodataError(f"{name} holds more files than a release has; it is not read.")


def _judge(info: zipfile.ZipInfo, name: str) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if not fullmatch(PLAIN, info.orig_filename.removesuffix("/")):
        raise CsodataError(
            f"{name} holds {info.orig_filename!r}, which is no plain name inside a folder; it is not read."
        )
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or info.flag_bits & 1:
        raise CsodataError(f"{name}: {info.filename} is a link, or locked by a password; it is not read.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise CsodataError(f"{name}: {info.filename} is packed in a way that no release is; it is not read.")


def _damaged(name: str) -> CsodataError:
    return CsodataError(f"{name} is damaged, or is no zip archive. Get it again.")
