"""Replace files of a dataset as one; finish, or undo, what was broken off.

The new files are staged in `.csodata-write/` and synced, then a manifest gets its final name there: from that moment on
the write counts. What follows are renames, the descriptor's last, which whoever comes next can finish.
"""

import errno
import json
import os
import stat
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from csodata.dataset import DESCRIPTOR, MANIFEST, STAGING, hash_of
from csodata.errors import CsodataError

ADVICE = {
    errno.ENOSPC: "Make room on the disk",
    errno.EDQUOT: "Make room on the disk",
    errno.EACCES: "See to it that you may write there",
    errno.EPERM: "See to it that you may write there",
    errno.EROFS: "See to it that you may write there",
}


@dataclass(frozen=True)
class _Entry:
    """What the manifest says of one file; it is staged under its number in the list."""

    path: str
    bytes: int
    hash: str
    was: str | None  # the hash of the file that it takes the place of


def write_set(folder: Path, files: Mapping[Path, bytes]) -> None:
    """Replace files of a dataset as one: all of them or none, whatever happens in between. Needs the lock.

    Args:
        folder: The dataset's folder.
        files: Path (in the folder; new ones and new subfolders are made) and content. Existing files keep their mode.

    Raises:
        CsodataError: A path is a link or leads out of the folder; or it cannot be written: then nothing was changed, or
            the next run finishes it, which the sentence says.
    """
    recover(folder)
    paths = sorted(files, key=lambda path: path.name == DESCRIPTOR)  # stable: the descriptor goes last
    try:
        entries = [_entry(folder, path, files[path]) for path in paths]
        if entries:
            _stage(folder, entries, [files[path] for path in paths])
            _finish(folder, entries)
    except OSError as error:
        if not (folder / STAGING / MANIFEST).exists():
            with suppress(OSError):
                _discard(folder)  # else the next run does it
        raise write_error(folder, error) from None
    except BaseException:  # Ctrl-C: all old, or all new, before it goes on
        recover(folder)
        raise


def recover(folder: Path) -> bool:
    """Finish, or undo, a write that was broken off; tell whether there was one. Needs the lock.

    Raises:
        CsodataError: It cannot be finished, because a file was changed since then, or is damaged, or cannot be written.
    """
    staging = folder / STAGING
    try:
        if not os.path.lexists(staging):
            return False
        if not stat.S_ISDIR(os.lstat(staging).st_mode):
            raise CsodataError(f"{staging} is no folder, and csodata did not make it. Remove it, then try again.")
        if (staging / MANIFEST).exists():
            _finish(folder, _manifest(folder))
        else:
            _discard(folder)
    except OSError as error:
        raise write_error(folder, error) from None
    return True


def write_error(folder: Path, error: OSError) -> CsodataError:
    """Return a sentence on what could not be written, what became of the dataset, and what to do."""
    what = error.filename2 or error.filename or folder
    state = "Nothing was changed"
    if (folder / STAGING / MANIFEST).exists():
        state = "Some files of the dataset may be new and others old; the next run finishes the write"
    advice = ADVICE.get(error.errno or 0, "Look whether the disk is in order")
    return CsodataError(f"{what} cannot be written: {error.strerror}. {state}. {advice}, then run the command again.")


def write_all(handle: int, content: bytes) -> None:
    """Write all of it: a single call may write less."""
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]


def _entry(folder: Path, path: Path, content: bytes) -> _Entry:
    name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
    return _Entry(name, len(content), hash_of(content), _hash_at(_target(folder, name)))


def _target(folder: Path, name: str) -> Path:
    """Return the path of a file to be written; raises CsodataError where a rename could not, or should not, put it."""
    fault = _fault(folder, name)
    if fault:
        raise CsodataError(f"{name} cannot be written: {fault}. Nothing was changed.")
    return folder / name


def _fault(folder: Path, name: str) -> str | None:
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or set(name) & set("\\:") or any(part.startswith(".") for part in parts):
        return f"it is hidden, or leads out of the dataset's folder {folder}"  # a stranger's copy may have a manifest
    path = folder
    for number, part in enumerate(parts, 1):
        if not os.access(path, os.W_OK):
            return f"you may not write in {path}"
        path /= part
        if not os.path.lexists(path):
            return None
        found = os.lstat(path)
        if stat.S_ISLNK(found.st_mode):
            return f"{path} is a link; put what it leads to in its place"
        if not (stat.S_ISREG if number == len(parts) else stat.S_ISDIR)(found.st_mode):
            return f"{path} is in its way"
        if found.st_dev != os.stat(folder).st_dev:
            return f"{path} stands on another disk than {folder}"
    return None


def _stage(folder: Path, entries: Sequence[_Entry], contents: Sequence[bytes]) -> None:
    staging = folder / STAGING
    os.mkdir(staging)
    for number, (entry, content) in enumerate(zip(entries, contents, strict=True)):
        target = folder / entry.path
        try:
            _write(staging / str(number), content, stat.S_IMODE(os.stat(target).st_mode) if entry.was else None)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(target)) from None
    manifest = json.dumps({"files": [asdict(entry) for entry in entries]}, indent=1)
    _write(staging / f"{MANIFEST}.new", manifest.encode())
    _sync(staging)
    _sync(folder)
    os.replace(staging / f"{MANIFEST}.new", staging / MANIFEST)  # from here on it counts
    _sync(staging)


def _finish(folder: Path, entries: Sequence[_Entry]) -> None:
    """Rename what is still staged, then clear away. A file that is staged no more is in its place."""
    changed = [folder]
    for number, entry in enumerate(entries):
        staged, target = folder / STAGING / str(number), folder / entry.path
        for parent in reversed(PurePosixPath(entry.path).parents):
            if not (folder / parent).exists():
                os.mkdir(folder / parent)
            changed.append(folder / parent)
        if staged.exists():
            os.replace(staged, target)
    for each in dict.fromkeys(changed):
        _sync(each)
    os.unlink(folder / STAGING / MANIFEST)
    with suppress(OSError):  # all is written: an empty folder that stays is no failure
        os.rmdir(folder / STAGING)


def _discard(folder: Path) -> None:
    staging = folder / STAGING
    if staging.is_dir():
        for path in staging.iterdir():
            os.unlink(path)
        os.rmdir(staging)


def _manifest(folder: Path) -> list[_Entry]:
    """Read the manifest of a write that was broken off, and make sure that finishing it loses nothing."""
    staging = folder / STAGING
    give_up = f"To give that write up, remove the folder {staging} and run make build."
    try:
        content = json.loads((staging / MANIFEST).read_bytes())
        entries = [_Entry(**entry) for entry in content["files"]]
        targets = [_target(folder, entry.path) for entry in entries]
    except (KeyError, TypeError, ValueError):
        raise CsodataError(f"{staging / MANIFEST} is damaged: a write cannot be finished. {give_up}") from None
    for number, (entry, target) in enumerate(zip(entries, targets, strict=True)):
        staged = staging / str(number)
        if not os.path.lexists(staged):
            continue
        if staged.is_symlink() or _hash_at(staged) != entry.hash:
            raise CsodataError(f"{staged} is damaged: a write of {entry.path} cannot be finished. {give_up}")
        if _hash_at(target) not in (None, entry.was, entry.hash):
            raise CsodataError(
                f"{target} was changed after a write of it was broken off, and is left as it is. To finish that write, "
                f"move your {target.name} out of the folder, run make build, and make your change again. {give_up}"
            )
    return entries


def _hash_at(path: Path) -> str | None:
    return hash_of(path.read_bytes()) if path.exists() else None


def _write(path: Path, content: bytes, mode: int | None = None) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        if mode is not None:
            os.chmod(path, mode)
        write_all(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    if sys.platform == "win32":  # which has no way to do so
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network disks cannot either
            raise
    finally:
        os.close(handle)
