"""How is a file written so that under its name there is a whole one, or the one before?"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EISDIR
from pathlib import Path
from typing import BinaryIO

from custody.backup.errors import BeingWritten

UNFINISHED = ".part"
PRIVATE = 0o600  # it holds hashes of keys, and what the vault has sealed


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Write beside the name; at the end of the block, flush it to the disk and give it the name.

    What a killed process has left unfinished is overwritten by the next. Raises BeingWritten.
    """
    if path.is_dir():
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(path))
    beside = path.with_name(path.name + UNFINISHED)
    with os.fdopen(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE), "r+b") as file:
        _take(file, beside)
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
    _flush_folder(path.parent)


def _take(file: BinaryIO, beside: Path) -> None:
    """Make sure that nobody else writes the file, and that it has not been given its name since."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise BeingWritten from error
    if not beside.exists() or not os.path.samestat(os.fstat(file.fileno()), beside.stat()):
        raise BeingWritten
    file.truncate(0)


def _flush_folder(folder: Path) -> None:
    """Let the name survive a crash of the machine as well."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
