"""How is everything taken out of a database into one file, and put back on any engine?

A backup holds what nobody could make again: the ledger, the keys, what the vault has sealed. The
projections are made again from the ledger, and compared with what they were.
"""

from custody.backup.checking import Found, check
from custody.backup.errors import (
    BeingWritten,
    Damaged,
    Missing,
    NotABackup,
    NotEmpty,
    OtherFormat,
    WrongFile,
)
from custody.backup.restoring import Compared, compare, project, restore
from custody.backup.taking import Taken, take

__all__ = [
    "BeingWritten",
    "Compared",
    "Damaged",
    "Found",
    "Missing",
    "NotABackup",
    "NotEmpty",
    "OtherFormat",
    "Taken",
    "WrongFile",
    "check",
    "compare",
    "project",
    "restore",
    "take",
]
