"""What does an exported folder say of itself? Which files it has, of which facts, and their sums.

It tells no time and no place: the same facts have the same manifest wherever they are exported.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Final

import orjson
from pydantic import TypeAdapter, ValidationError

from custody.backup.errors import Damaged, OtherFormat
from custody.backup.whole import written_whole
from custody.exporting.columns import VERSION
from custody.exporting.formats import Format
from custody.terms import Position

NAME: Final = "manifest.json"
MARK: Final = "custody_export"
FORMAT: Final = 1

_ours: Final = re.compile(r"facts-[0-9]{9,}-[0-9]{9,}\.(?:parquet|csv|ndjson)(?:\.part)?").fullmatch


@dataclass(frozen=True, slots=True)
class File:
    """A file of an export: its facts lie between two positions, both included."""

    name: str
    first: Position
    last: Position
    bytes: int
    sha256: str
    checksum: str
    """Of its facts, as `custody checksum` counts them."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export holds."""

    schema: int
    format: Format
    first: Position
    last: Position
    file_facts: int
    checksum: str | None
    """Of all its facts: the ledger's own if it begins with the first. None while files of an
    earlier run have not been looked at again."""
    origin: str | None
    """What the ledger's log is called, if it has one."""
    files: Sequence[File]


_manifest: Final = TypeAdapter(Manifest)


def file_name(format_: Format, first: Position, last: Position) -> str:
    """Name a file so that they sort in the order of the ledger."""
    return f"facts-{first:09}-{last:09}.{format_}"


def is_there(folder: Path) -> bool:
    """Tell whether a folder holds an export."""
    return (folder / NAME).is_file()


def read(folder: Path) -> Manifest:
    """Read a folder's manifest. Raises Damaged, OtherFormat."""
    path = folder / NAME
    try:
        said = orjson.loads(path.read_bytes())
        if said[MARK] != FORMAT:
            raise _other(path, "manifest", said[MARK], FORMAT)
        if said["schema"] != VERSION:
            raise _other(path, "schema", said["schema"], VERSION)
        return _manifest.validate_python({k: v for k, v in said.items() if k != MARK})
    except (ValueError, LookupError, TypeError, ValidationError) as error:
        damaged = Damaged("no manifest of an export", "不是导出清单", NAME)
        damaged.path = path
        raise damaged from error


def write(folder: Path, manifest: Manifest) -> None:
    """Write a folder's manifest in the place of the one before."""
    with written_whole(folder / NAME) as file:
        said = {MARK: FORMAT, **asdict(manifest)}
        file.write(orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def remove_others(folder: Path, manifest: Manifest) -> None:
    """Remove files of facts that the manifest does not name: an earlier run has left them."""
    named = {one.name for one in manifest.files}
    for path in folder.iterdir():
        if _ours(path.name) and path.name not in named:
            path.unlink()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _other(path: Path, what: str, found: object, known: object) -> OtherFormat:
    other = OtherFormat(what, found, known)
    other.path = path
    return other
