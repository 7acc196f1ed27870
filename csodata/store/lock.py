"""The dataset's lock: a file that its holder keeps locked, with a text that names the holder."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from csodata.errors import CsodataError
from csodata.store.files import recover, write_all, write_error

LOCK = ".csodata-lock"


@contextmanager
def locked(folder: Path, holder: str) -> Iterator[None]:
    """Hold the dataset's lock, which is free again when its holder ends, however it ends; does not wait for it.

    First finishes a write that was broken off: so read the dataset inside, not before.

    Args:
        folder: The dataset's folder.
        holder: What is being done, for whoever comes in between: the command, for example `csodata add`.

    Raises:
        CsodataError: Somebody else holds it (the sentence says who, where, since when, doing what); or it cannot be
            written; or a broken-off write cannot be finished.
    """
    try:
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    except OSError as error:
        raise write_error(folder, error) from None
    try:
        try:
            if not _take(handle):
                raise CsodataError(
                    f"The dataset in {folder} is being written by {_holder(handle)}. Nothing was changed. "
                    "Wait until that is done, then run the command again."
                )
            os.ftruncate(handle, 0)
            write_all(handle, _name(holder).encode())
        except OSError as error:
            raise write_error(folder, OSError(error.errno, error.strerror, str(folder / LOCK))) from None
        recover(folder)
        try:
            yield
        finally:
            with suppress(OSError):
                os.ftruncate(handle, 0)  # so that nobody is named who is long gone
    finally:
        os.close(handle)


def _take(handle: int) -> bool:
    """Take the lock if it is free."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, 1 << 30, os.SEEK_SET)  # a locked byte cannot be read, so one far behind the text
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            os.lseek(handle, 0, os.SEEK_SET)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        raise
    return True


def _name(holder: str) -> str:
    import platform
    from datetime import datetime

    since = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
    return f"{holder} (process {os.getpid()} on {platform.node()}, since {since})"


def _holder(handle: int) -> str:
    text = os.read(handle, 500).decode(errors="replace")
    return "".join(mark for mark in text if mark.isprintable()) or "another process, which has only just begun"
