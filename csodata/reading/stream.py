"""A path → a stream of bytes, if it is a regular file of a size that is read."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from csodata.errors import UnreadableError
from csodata.messages import visible


@contextmanager
def opened(path: Path, most: int) -> Iterator[BinaryIO]:
    """Open a regular file for reading.

    Args:
        path: the file.
        most: the greatest size, in bytes, that is read.

    Raises:
        UnreadableError: no such file, not a regular file, larger than `most`, or not to be opened.
    """
    file = visible(str(path))
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnreadableError(f"{file}: this is a folder. Name a file in it.")
        if not stat.S_ISREG(status.st_mode):
            # Asked before opening: a pipe that nobody writes to would block for ever.
            raise UnreadableError(f"{file}: this is not a regular file but a pipe or a device. Name a file on disk.")
        if status.st_size > most:
            raise UnreadableError(
                f"{file}: the file has {status.st_size / 1e6:,.0f} MB; at most {most / 1e6:,.0f} MB are read. "
                "Send it in several files."
            )
        stream = path.open("rb")
    except FileNotFoundError as error:
        raise UnreadableError(f"{file}: there is no such file. Check the name and the folder.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableError(f"{file}: the file cannot be opened: {reason}.") from error
    with stream:
        yield stream
