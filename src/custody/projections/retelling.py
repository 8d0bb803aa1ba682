"""What did we hold of a movement, from which position of the ledger on? Rows that say both."""

from collections.abc import Callable, Collection, Iterator, Sequence

from sqlalchemy import ColumnElement, Table, and_, or_

from custody.events import Movement, TakingBack
from custody.events.journey import effective
from custody.projections.projection import Batch, Recorded
from custody.projections.tables import Row
from custody.terms import Position

RowOf = Callable[[Movement], Row | None]
"""Writes a movement as a row, but for which positions it is known; None if it has none."""


def rows(batch: Batch, types: Collection[str], row_of: RowOf) -> Iterator[Row]:
    """Return a row for each movement of some types, and again all rows of those taken back.

    A void ends the row of its target; a correction that changes it puts another in its place.
    What an earlier batch wrote of a target is written again, with its end: the same whichever
    batches the ledger came in.
    """
    for position, fact in batch.of_types(types):
        if fact.id in batch.taken_back:
            continue
        row = row_of(fact)
        if row is not None:
            row["known_from"], row["known_to"] = position, None
            yield row
    for target, about in batch.taken_back.items():
        _, own = about[0]
        # What nobody recorded, nobody can take back.
        if own.id == target and own.type in types:
            yield from _retold(about, row_of)


def believed_at(table: Table, known: Position | None) -> ColumnElement[bool]:
    """Say which rows were believed in when the ledger had come to a position; by default now."""
    if known is None:
        return table.c.known_to.is_(None)
    still = or_(table.c.known_to.is_(None), table.c.known_to > known)
    return and_(table.c.known_from <= known, still)


def _retold(about: Sequence[Recorded], row_of: RowOf) -> Iterator[Row]:
    known_from, before = 0, None
    for position, fact in _told(about):
        row = None if fact is None else row_of(fact)
        if row == before:
            continue
        if before is not None:
            yield {**before, "known_from": known_from, "known_to": position}
        known_from, before = position, row
    if before is not None:
        yield {**before, "known_from": known_from, "known_to": None}


def _told(about: Sequence[Recorded]) -> Iterator[tuple[Position, Movement | None]]:
    """Say what a movement was from each position on; None once it was voided."""
    (first, own), *others = about
    heard = [own]
    yield first, own
    for position, fact in others:
        # A dispatch is about the hand-ons that came before it, and changes none of them.
        if isinstance(fact, TakingBack) and fact.target == own.id:
            heard.append(fact)
            yield position, next(iter(effective(heard)), None)
