"""What is handed to the ledger, and what comes back from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """Something to be recorded: what happened, and which subjects it is about."""

    type: str
    version: int
    data: bytes
    subjects: tuple[str, ...]
    posted_by: str | None = None
    sent_at: int | None = None
    remarks: bytes | None = None


class Record(NamedTuple):
    """An entry that was recorded, with its place in the one order."""

    type: str
    version: int
    data: bytes
    subjects: tuple[str, ...]
    posted_by: str | None
    sent_at: int | None
    remarks: bytes | None
    position: int
    recorded_at: int
    key: bytes
    """Random bytes of its own; none is left of a record that was destroyed."""

    @property
    def redacted(self) -> bool:
        """Whether its body and key were destroyed: `data` is then what was put in their place."""
        return not self.key


class Columns(NamedTuple):
    """Some records side by side, field by field, as a database hands them over.

    An object for each record takes as long as reading it: this is for those who read a whole
    ledger and look at none of its records by itself.
    """

    type: Sequence[str]
    version: Sequence[int]
    data: Sequence[bytes]
    subjects: Sequence[str]
    """Those of a record in one text, parted by newlines."""
    posted_by: Sequence[str | None]
    sent_at: Sequence[int | None]
    remarks: Sequence[bytes | None]
    position: Sequence[int]
    recorded_at: Sequence[int]
    key: Sequence[bytes]


def side_by_side(records: Sequence[Record]) -> Columns:
    """Put records side by side."""
    found = Columns(*zip(*records, strict=True)) if records else NOTHING
    return found._replace(subjects=["\n".join(one.subjects) for one in records])


NOTHING = Columns(*[()] * len(Columns._fields))
"""Columns of no records."""


def recorded(rows: Iterable[Sequence[Any]]) -> list[Record]:
    """Return records, each from a row that holds the columns in the order of Record's fields."""
    return [
        # By its own name, a tuple of ten fields takes a fifth of what reading its row does.
        tuple.__new__(
            Record,
            (
                type_,
                version,
                data,
                tuple(subjects.split("\n")) if subjects else (),
                posted_by,
                sent_at,
                remarks,
                position,
                recorded_at,
                key,
            ),
        )
        for (
            type_,
            version,
            data,
            subjects,
            posted_by,
            sent_at,
            remarks,
            position,
            recorded_at,
            key,
        ) in rows
    ]


class Past(NamedTuple):
    """The distinct records about some subjects, in order, and the ledger's end as it was then."""

    records: list[Record]
    head: int


class Head(NamedTuple):
    """The last record's position and recorded time; both are 0 while nothing is recorded."""

    position: int
    recorded_at: int


class Appended(NamedTuple):
    """The positions a batch was given, and when; for no entries, `last` is before `first`."""

    first: int
    last: int
    recorded_at: int
