"""A path → a stream of bytes, if it is a regular file of a size that is read."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from csodata.messages import unreadable


@contextmanager
def opened(path: Path, most: int) -> Iterator[BinaryIO]:
    """Open a regular file for reading.

    Args:
        path: the file.
        most: the greatest size, in bytes, that is read.

    Raises:
        UnreadableError: no such file, not a regular file, larger than `most`, or not to be opened.
    """
    file = str(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise unreadable(file, "folder")
        if not stat.S_ISREG(status.st_mode):
            # Asked before opening: a pipe that nobody writes to would block for ever.
            raise unreadable(file, "no-regular-file")
        if status.st_size > most:
            raise unreadable(file, "file-too-large", size=round(status.st_size / 1e6), most=round(most / 1e6))
        stream = path.open("rb")
    except FileNotFoundError as error:
        raise unreadable(file, "no-such-file") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise unreadable(file, "not-readable", reason=reason) from error
    with stream:
        yield stream
