"""In which formats are facts exported, and what writes and reads each?"""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Final, Literal, NamedTuple, Protocol, get_args

from custody.exporting.batches import Batch
from custody.exporting.columns import NAMES
from custody.exporting.errors import NeedsExtra
from custody.exporting.filling import Filling

Format = Literal["parquet", "csv", "ndjson"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)

MEDIA_TYPES: Final[Mapping[Format, str]] = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv",
    "ndjson": "application/x-ndjson",
}

READ_AT_ONCE: Final = 5_000

EXTRA, LIBRARY = "parquet", "pyarrow"
"""The extra that brings what the format of that name needs, and the library that it is."""


class Unreadable(Exception):
    """A file is not of its format, or has other columns."""


class Writer(Protocol):
    """Puts facts into a file."""

    @property
    def filled(self) -> type[Filling]:
        """How columns of some facts are filled, to be taken."""

    def add(self, facts: Batch) -> None:
        """Take some facts."""

    def finish(self, told: Mapping[str, str]) -> None:
        """Write what is left, and what is told of the file, where the format has a place for it."""

    def close(self) -> None:
        """Let go of the file, however far it has come."""


class Files(NamedTuple):
    """How files of a format are written and read."""

    writer: Callable[[BinaryIO], Writer]
    batches: Callable[[Path], Iterator[Batch]]
    """Reads some at a time. Raises Unreadable."""


def files(format_: Format) -> Files:
    """Return what writes and reads a format. Raises NeedsExtra."""
    try:
        module = import_module(f"custody.exporting.as_{format_}")
    except ModuleNotFoundError as error:
        if error.name != LIBRARY:
            raise
        raise NeedsExtra(EXTRA, LIBRARY) from error
    return Files(module.Writer, module.batches)


def recognised(path: Path) -> Format | None:
    """Tell an exported file by how it begins; None if it is something else."""
    with path.open("rb") as file:
        beginning = file.read(len(_CSV))
    if beginning.startswith(b"PAR1"):
        return "parquet"
    if beginning.startswith(b'{"position":'):
        return "ndjson"
    return "csv" if beginning == _CSV else None


_CSV: Final = ",".join(NAMES).encode() + b"\r\n"
