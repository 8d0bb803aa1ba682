"""Does an export hold the ledger that it says it holds? Each fact is looked at as it is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from custody.backup.errors import Damaged, OtherFormat, WrongFile
from custody.backup.fingerprint import Fingerprint
from custody.events import BY_TYPE, decode
from custody.exporting import manifest as manifests
from custody.exporting.batches import Batch, Contradicts, records_of
from custody.exporting.errors import NotImportable
from custody.exporting.filling import Unwritable
from custody.exporting.formats import Unreadable, files, recognised
from custody.exporting.manifest import File, Manifest
from custody.ledger import Head, Record


@dataclass(frozen=True, slots=True)
class Piece:
    """A file to be read, and what the manifest says of it, if there is one."""

    path: Path
    said: File | None


def is_export(path: Path) -> bool:
    """Tell an export, or a file of one, from anything else."""
    if path.is_dir():
        return manifests.is_there(path)
    return path.is_file() and recognised(path) is not None


class Export:
    """An export of a whole ledger, read once and from its beginning.

    Raises what reading a manifest does, and NotImportable.
    """

    def __init__(self, path: Path) -> None:
        self.manifest: Manifest | None = None
        if path.is_dir():
            self.manifest = manifests.read(path)
            _assert_whole(path, self.manifest)
            self._pieces = [Piece(path / one.name, one) for one in self.manifest.files]
        else:
            self._pieces = [Piece(path, None)]
        self.head = Head(0, 0)
        """The last fact that was read."""
        self._whole = Fingerprint()

    @property
    def facts(self) -> int | None:
        """How many there are, if that is said."""
        return None if self.manifest is None else self.manifest.last

    @property
    def checksum(self) -> str:
        """The checksum of all that was read."""
        return self._whole.hexdigest()

    def records(self) -> Iterator[list[Record]]:
        """Read all of it, some at a time.

        Raises Damaged or OtherFormat with the file named, NotImportable and NeedsExtra.
        """
        for piece in self._pieces:
            try:
                yield from self._of(piece)
            except Unreadable as error:
                altered = self._damaged("not readable as what it claims to be", "无法按其格式读取")
                altered.path = piece.path
                raise altered from error
            except WrongFile as error:
                error.path = piece.path
                raise
        if self.manifest is not None and self.manifest.checksum != self.checksum:
            altered = self._damaged(*_OTHER_FACTS)
            altered.path = self._pieces[-1].path.with_name(manifests.NAME)
            raise altered

    def _of(self, piece: Piece) -> Iterator[list[Record]]:
        said = piece.said
        if said is not None and (
            not piece.path.is_file() or manifests.sha256(piece.path) != said.sha256
        ):
            raise self._damaged("missing, or not as it was written", "缺失或与写入时不符")
        format_ = recognised(piece.path)
        if format_ is None or (self.manifest and format_ != self.manifest.format):
            raise Unreadable
        stretch = Fingerprint()
        for batch in files(format_).batches(piece.path):
            records = self._read(piece, batch)
            for one in records:
                self._follow(piece, one)
                stretch.take(one.position, one.type, one.data)
            yield records
        if said is not None and (said.last, said.checksum) != (
            self.head.position,
            stretch.hexdigest(),
        ):
            raise self._damaged(*_OTHER_FACTS)

    def _read(self, piece: Piece, batch: Batch) -> list[Record]:
        try:
            return records_of(batch)
        except Contradicts as error:
            if error.missing and error.column in MISSING_FOR_READERS:
                raise NotImportable(piece.path, *_FOR_READERS) from error
            raise self._damaged(
                f"contradicted by its own column `{error.column}`",
                f"与其 {error.column} 列自相矛盾",
                error.index,
            ) from error
        except (Unwritable, ValueError, TypeError, LookupError, AttributeError) as error:
            raise self._damaged("not what a fact can be", "含有不成立的事实") from error

    def _follow(self, piece: Piece, record: Record) -> None:
        """Take the next fact, which has to follow the one before and be one of ours."""
        before = self.head
        if record.position != before.position + 1 or record.recorded_at < before.recorded_at:
            if before.position == 0 and piece.said is None:
                raise NotImportable(piece.path, *_BEGINS_LATER)
            raise self._damaged("not in the ledger's order", "不合账本次序")
        if not record.redacted:
            self._assert_lawful(record)
        self._whole.take(record.position, record.type, record.data)
        self.head = Head(record.position, record.recorded_at)

    def _assert_lawful(self, record: Record) -> None:
        known = BY_TYPE.get(record.type)
        if known is None or record.version > known.version:
            raise OtherFormat("type", f"{record.type} v{record.version}", ", ".join(BY_TYPE))
        try:
            subjects: tuple[str, ...] = decode(record.type, record.version, record.data).subjects()
        except (ValidationError, KeyError) as error:
            raise self._damaged("no lawful fact", "含有不合规则的事实") from error
        # A record is about more than its body names: its terminal, and what it takes back.
        about = record.subjects
        once = len(set(about)) == len(about)
        if not once or about[:1] != subjects[:1] or not set(subjects) <= set(about):
            raise self._damaged("about others than its body says", "所涉对象与内容不符")

    def _damaged(self, en: str, zh: str, further: int = 0) -> Damaged:
        """Tell what is wrong; `further`: so many facts past the last one that was taken."""
        return Damaged(en, zh, f"position {self.head.position + further}")


def _assert_whole(folder: Path, manifest: Manifest) -> None:
    """Raise NotImportable if it is a part of a ledger only, or not finished."""
    if manifest.first != 1:
        raise NotImportable(folder, *_BEGINS_LATER)
    if manifest.checksum is None:
        raise NotImportable(
            folder,
            "its last run was interrupted; run the export again",
            "上次导出中断，请重新运行导出",
        )


_OTHER_FACTS = ("not of the facts that it was written with", "事实与写入时不符")
_BEGINS_LATER = (
    "it does not begin with the first fact; only a whole ledger is imported",
    "并非从第一条事实开始；只能导入完整账本",
)
_FOR_READERS = (
    "it was made for readers and lacks what only `custody export` writes",
    "由接口为读者导出，缺少 custody export 才有的内容",
)
MISSING_FOR_READERS: Final = ("key", "data")
"""What no export has that was made for readers: of all facts, or of destroyed ones."""
