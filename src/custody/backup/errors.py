"""What may be wrong with a backup, or with the place it is to be restored to?"""

from collections.abc import Sequence
from pathlib import Path


class WrongFile(Exception):
    """The file is of no use as a backup."""

    path: Path | None = None
    """Which file; known once whoever opened it has heard."""


class NotABackup(WrongFile):
    """It is something else."""


class OtherFormat(WrongFile):
    """It was written by a version of the program that writes others."""

    def __init__(self, what: str, found: object, known: object) -> None:
        super().__init__(what, found, known)
        self.what = what
        self.found = found
        self.known = known


class Damaged(WrongFile):
    """It is cut short or not as it was written; what follows `place` cannot be trusted."""

    def __init__(self, en: str, zh: str, place: str) -> None:
        super().__init__(en, place)
        self.en = en
        self.zh = zh
        self.place = place


class NotEmpty(Exception):
    """The database holds something already; nothing was changed."""

    def __init__(self, tables: Sequence[str]) -> None:
        super().__init__(*tables)
        self.tables = tables


class Missing(Exception):
    """The ledger lacks a record that it should have: it cannot be backed up whole."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class BeingWritten(Exception):
    """Another process is writing a backup of the same name."""
