"""What does the index let go when something is destroyed, and what is told anew in its place?

A movement whose partner's words stood for it speaks for itself again; what was told with words of
a destroyed movement is told without them.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, select

from custody.events.fact import type_ranks
from custody.exchange.adding import MOVEMENT, Tell, movement_of, owners_of, tell_of
from custody.exchange.numbers import Numbers
from custody.exchange.rows import Rows, take_out, write
from custody.exchange.tables import EVENTS_A_RECORD, trait, value
from custody.ledger import Ledger, Record
from custody.terms import Position, Subject

DISPATCH = "dispatch"


def bringing(connection: Connection, movements: Collection[str]) -> dict[str, Position]:
    """Say which event had brought some movements, of those that are indexed: the first."""
    if not movements:
        return {}
    asked = select(value.c.value, trait.c.place).join(trait, trait.c.number == value.c.number)
    named = (value.c.name == MOVEMENT, value.c.value.in_(movements))
    found = connection.execute(asked.where(*named).order_by(trait.c.place.desc())).all()
    return {row.value: row.place for row in found}


def let_go(
    connection: Connection,
    ledger: Ledger,
    gone: Collection[Position],
    until: Position,
    tell: Tell,
    numbers: int,
) -> Numbers:
    """Take out what is told of destroyed records, and tell anew what rested on it, as far as the
    index has come (`until`). Return the numbers of the index's next generation.

    An event that came after a movement did not bring it, and stands beside it: otherwise anybody
    could silence what is recorded, by telling something else under its id.
    """
    anew = _brought_by(connection, gone) | _resting_on(ledger, gone)
    own = [one for one in _own(ledger, anew) if one.position <= until]
    generation = take_out(connection, [*gone, *(one.position for one in own)])
    stands = bringing(connection, anew)
    told = tell(ledger, own)
    rows = Rows()
    for record in own:
        place = stands.get(movement_of(record))
        if place is not None and place < record.position * EVENTS_A_RECORD:
            rows.joining += owners_of(record, place)
        else:
            tell_of(rows, record, told.get(record.position, ()))
    new = Numbers(connection, generation, numbers)
    write(connection, rows, new)
    return new


def _brought_by(connection: Connection, gone: Iterable[Position]) -> set[str]:
    """Name the movements that destroyed events had brought."""
    brought = select(value.c.value).where(value.c.name == MOVEMENT)
    brought = brought.join(trait, trait.c.number == value.c.number)
    places = [position * EVENTS_A_RECORD for position in gone]
    return {*connection.scalars(brought.where(trait.c.place.in_(places)))}


def _resting_on(ledger: Ledger, gone: Iterable[Position]) -> set[str]:
    """Name what was told with words of destroyed movements: what took one back, what arrived of
    a dispatch, and what took that back.
    """
    destroyed = (one for at in gone for one in ledger.since(at - 1, 1) if one.type in type_ranks)
    beside = {subject for one in destroyed for subject in _told_beside(one)}
    resting = _movements(ledger, beside)
    return resting | _movements(ledger, {f"movement:{one}" for one in resting})


def _told_beside(record: Record) -> list[Subject]:
    """Name by what others find a movement that they are told with."""
    consignments = [one for one in record.subjects if one.startswith("consignment:")]
    return [record.subjects[0], *(consignments if record.type == DISPATCH else ())]


def _movements(ledger: Ledger, about: set[Subject]) -> set[str]:
    records = ledger.read(about, redacted=True).records if about else []
    return {movement_of(one) for one in records if one.type in type_ranks}


def _own(ledger: Ledger, movements: set[str]) -> list[Record]:
    """Read the very records of some movements, of destroyed ones too: whom they concern stays."""
    names = {f"movement:{one}" for one in movements}
    records = ledger.read(names, redacted=True).records if names else []
    return [one for one in records if one.type in type_ranks and one.subjects[0] in names]
