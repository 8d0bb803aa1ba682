"""What becomes of what lies past the end of a backup: done while it was made, or ever since?

The tables beside the ledger are read behind it, and may know of records that are not in the backup.
In a database that comes out of it, other facts will stand at those positions.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, case, delete, exists, select, update

from custody.exchange.tables import capture, reached, start
from custody.ledger.errors import translated
from custody.pushing.subscription import EPCIS
from custody.pushing.tables import dead_letter, subscription
from custody.relaying.tables import relay
from custody.terms import Position


def captures_under_way(engine: Engine) -> dict[str, Sequence[Any]]:
    """Return the captures that are not recorded yet, by their names."""
    asked = select(capture).where(capture.c.recorded_at.is_(None))
    with translated(), engine.connect() as connection:
        return {row.id: row for row in connection.execute(asked)}


def as_they_were(
    rows: Iterable[Any], before: Mapping[str, Sequence[Any]], end: Position
) -> Iterator[Sequence[Any]]:
    """Tell captures as a backup has to that ends there: what it lacks is yet to be recorded."""
    for row in rows:
        if row.position is None or row.position <= end:
            yield row
        elif row.id in before:
            yield before[row.id]


def leave(connection: Connection, end: Position) -> None:
    """Let whoever is told go on at the end that is there, and know of nothing past it.

    Deliveries bear other names than those of the database of then: it may have told other facts
    from the same positions, which a receiver would take for the same.
    """
    cursor, reaching = subscription.c.cursor, subscription.c.reaching
    connection.execute(
        update(subscription).values(
            round=subscription.c.round + 1,
            cursor=case((cursor > end, end), else_=cursor),
            reaching=case((reaching > end, None), else_=reaching),
        )
    )
    connection.execute(delete(dead_letter).where(dead_letter.c.position > end))
    connection.execute(update(relay).where(relay.c.cursor > end).values(cursor=end))
    connection.execute(delete(capture).where(capture.c.position > end))
    told = connection.scalar(select(exists().where(subscription.c.envelope == EPCIS)))
    if told and connection.scalar(select(reached.c.position)) is None:
        # It was indexed for them; nobody else may ever ask.
        start(connection)
