"""How do records stand in their columns, and which records do columns tell of?

Batteries and consignments are read from a record's subjects, where their codes are spelled as
everywhere else; all else from its body. A body that was destroyed says nothing, and of a type that
only a newer program knows the columns of its own stay empty; `data` has it all the same.
"""

from collections.abc import Sequence
from operator import eq
from typing import Any, Final, TypeAlias

from custody.events import BY_TYPE
from custody.exporting import bodies
from custody.exporting.columns import COLUMNS, NAMES
from custody.exporting.filling import Filling, Unwritable
from custody.ledger import Record

Values: TypeAlias = Sequence[Any] | None
"""What stands in one column, a value a record; None if nothing stands in it at all."""

Batch: TypeAlias = list[Values]
"""Some records, column by column in their order."""

CONSIGNED: Final = frozenset({"dispatch", "hand_on", "receive", "void", "correct"})
"""Types that may be about a consignment."""


class Contradicts(Exception):
    """What stands in a column is not what the body says, or is not there at all."""

    def __init__(self, index: int, column: str, *, missing: bool = False) -> None:
        super().__init__(index, column)
        self.index = index
        """Which of the records."""
        self.column = column
        self.missing = missing


def batch(records: Sequence[Record], *, for_the_operator: bool = True) -> Batch:
    """Return what stands in the columns. Raises Unwritable.

    `for_the_operator`: with what only those are told who keep the books: who posted it and when it
    was sent, what was remarked, and the record's random bytes; without these it is not imported.
    """
    filling = Filling(records)
    batteries = [[one[8:] for one in r.subjects if one[:8] == "battery:"] for r in records]
    filling.fill("position", [one.position for one in records])
    filling.fill("type", [one.type for one in records])
    filling.fill("version", [one.version for one in records])
    filling.fill("recorded_at", [one.recorded_at for one in records])
    filling.fill("redacted", [not one.key for one in records])
    filling.fill("subjects", [list(one.subjects) for one in records])
    filling.fill("batteries", batteries)
    filling.fill("battery_count", [len(one) for one in batteries])
    filling.fill("consignment", [_consignment(one) for one in records])
    if for_the_operator:
        filling.fill("data", [_text(one, one.data) for one in records])
        filling.fill("sent_at", [one.sent_at for one in records])
        filling.fill("posted_by", [one.posted_by for one in records])
        filling.fill(
            "remarks", [_text(one, one.remarks) if one.remarks else None for one in records]
        )
        filling.fill("key", [one.key.hex() or None for one in records])
    else:
        filling.fill("data", [_text(one, one.data) if one.key else None for one in records])
    for type_, indices in _by_type(records).items():
        bodies.say(filling, type_, indices, batteries)
    return [*filling.columns]


def records_of(said: Batch) -> list[Record]:
    """Return the records that columns tell of. Raises Contradicts if some column says otherwise."""
    size = len(said[0] or ())
    columns: dict[str, Sequence[Any]] = {
        name: [None] * size if values is None else values
        for name, values in zip(NAMES, said, strict=True)
    }
    _assert_there(columns, size)
    try:
        keys = [bytes.fromhex(one or "") for one in columns["key"]]
    except ValueError as error:
        raise Contradicts(0, "key") from error
    records = [
        Record(type_, version, data.encode(), tuple(subjects), by, sent, remarks, place, at, key)
        for type_, version, data, subjects, by, sent, remarks, place, at, key in zip(
            columns["type"],
            columns["version"],
            columns["data"],
            columns["subjects"],
            columns["posted_by"],
            columns["sent_at"],
            [None if one is None else one.encode() for one in columns["remarks"]],
            columns["position"],
            columns["recorded_at"],
            keys,
            strict=True,
        )
    ]
    for name, values in zip(NAMES, batch(records), strict=True):
        should = [None] * size if values is None else [*values]
        if [*columns[name]] != should:
            same = map(eq, columns[name], should)
            raise Contradicts([*same].index(False), name)
    return records


def _assert_there(columns: dict[str, Sequence[Any]], size: int) -> None:
    needed = [column.name for column in COLUMNS if column.always]
    for index in range(size):
        for name in (*needed, "data"):
            if columns[name][index] is None:
                raise Contradicts(index, name, missing=True)
        if columns["key"][index] is None and not columns["redacted"][index]:
            raise Contradicts(index, "key", missing=True)


def _consignment(record: Record) -> str | None:
    if record.type in CONSIGNED:
        for one in record.subjects:
            if one[:12] == "consignment:":
                return one[12:]
    return None


def _text(record: Record, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Unwritable(record.position) from error


def _by_type(records: Sequence[Record]) -> dict[str, list[int]]:
    """Say of each type that we can read where its facts are, but for those destroyed."""
    found: dict[str, list[int]] = {}
    for index, record in enumerate(records):
        known = BY_TYPE.get(record.type)
        if record.key and known is not None and record.version <= known.version:
            found.setdefault(record.type, []).append(index)
    return found
