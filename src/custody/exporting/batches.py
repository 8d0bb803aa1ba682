"""How do records stand in their columns, and which records do columns tell of?

Batteries and consignments are read from a record's subjects, where their codes are spelled as
everywhere else; all else from its body. A body that was destroyed says nothing, and of a type that
only a newer program knows the columns of its own stay empty; `data` has it all the same.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from operator import eq
from typing import Any, Final, TypeAlias

from custody.events import BY_TYPE
from custody.exporting import bodies
from custody.exporting.columns import COLUMNS, NAMES
from custody.exporting.filling import Filling, Lists, Unwritable, subjects_of
from custody.ledger import Columns, Record, side_by_side

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


def batch(
    records: Sequence[Record],
    filled: Callable[[int], Filling] = Lists,
    *,
    for_the_operator: bool = True,
) -> Batch:
    """Return what stands in the columns for records. Raises Unwritable."""
    return filled_in(side_by_side(records), filled, for_the_operator=for_the_operator)


def filled_in(
    of: Columns, filled: Callable[[int], Filling] = Lists, *, for_the_operator: bool = True
) -> Batch:
    """Return what stands in the columns, filled as some format wants them. Raises Unwritable.

    `for_the_operator`: with what only those are told who keep the books: who posted it and when it
    was sent, what was remarked, and the record's random bytes; without these it is not imported.
    """
    filling = filled(len(of.position))
    filling.fill("position", of.position)
    filling.fill("type", of.type)
    filling.fill("version", of.version)
    filling.fill("recorded_at", of.recorded_at)
    filling.fill("redacted", [not key for key in of.key])
    filling.subjects(of.subjects)
    if for_the_operator:
        _put_texts(filling, "data", of, of.data)
        filling.fill("sent_at", of.sent_at)
        filling.fill("posted_by", of.posted_by)
        _put_texts(filling, "remarks", of, [one or None for one in of.remarks])
        filling.fill("key", [key.hex() or None for key in of.key])
    else:
        known = zip(of.data, of.key, strict=True)
        _put_texts(filling, "data", of, [data if key else None for data, key in known])
    every = b"" not in of.key  # as nearly always, and soon seen
    for type_, indices in _by_type(of.type).items():
        if type_ in CONSIGNED:
            about = [of.subjects[index] for index in indices]
            filling.put("consignment", indices, [*map(_consignment, about)])
        readable = _readable(type_, indices, of, every=every)
        if readable and not filling.read(type_, readable):
            try:
                bodies.say(filling, type_, readable, of.data, of.subjects)
            except bodies.Unreadable as error:
                raise Unwritable(of.position[error.index]) from error
    return filling.columns()


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


def _consignment(about: str) -> str | None:
    named = (one[12:] for one in subjects_of(about) if one[:12] == "consignment:")
    return next(named, None)


def _put_texts(filling: Filling, name: str, of: Columns, contents: Sequence[bytes | None]) -> None:
    """Fill a column with contents that are UTF-8. Raises Unwritable."""
    try:
        filling.texts(name, contents)
    except ValueError as error:
        wrong = next(index for index, one in enumerate(contents) if not _is_text(one or b""))
        raise Unwritable(of.position[wrong]) from error


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _by_type(types: Sequence[str]) -> dict[str, list[int]]:
    """Say of each type where its facts are."""
    found: dict[str, list[int]] = defaultdict(list)
    for index, type_ in enumerate(types):
        found[type_].append(index)
    return found


def _readable(type_: str, indices: Sequence[int], of: Columns, *, every: bool) -> Sequence[int]:
    """Say which facts of a type we can read: those not destroyed, and not newer than we are.

    `every`: none at all was destroyed.
    """
    known = BY_TYPE.get(type_)
    if known is None:
        return []
    newest = known.version
    if every and max(of.version) <= newest:
        return indices
    return [one for one in indices if of.key[one] and of.version[one] <= newest]
