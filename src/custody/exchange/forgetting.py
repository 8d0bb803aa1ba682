"""How does the index come to hold nothing of what was destroyed, and what else still says it?"""

from sqlalchemy import select

from custody.events import EventCaptured, decode
from custody.events.fact import type_ranks
from custody.exchange.adding import MOVEMENT, Tell
from custody.exchange.captured import TYPE
from custody.exchange.indexing import Overtaken, step
from custody.exchange.rows import KEPT
from custody.exchange.tables import EVENTS_A_RECORD, trait, value
from custody.ledger import Ledger, Record, erasing
from custody.ledger.errors import translated
from custody.terms import Position


def forget(ledger: Ledger, tell: Tell, announced: Position) -> None:
    """Bring the index to where a destruction was announced, and its files to hold nothing of it.

    Where nobody has asked for events yet there is nothing to forget.
    """
    while True:
        try:
            after = step(ledger, tell)
        except Overtaken:
            continue
        if after is None or after >= announced:
            break
    erasing.scrub(ledger.engine, [table.name for table in (*KEPT, value)])


def saying_the_same(ledger: Ledger, record: Record) -> list[Position]:
    """Return where else what a record says is said: an event and the movements that it was read
    as, and what declared it wrong, repeat one another.
    """
    if record.redacted:
        return []
    if record.type in type_ranks:
        return _events_of(ledger, record)
    if record.type != TYPE:
        return []
    fact = decode(record.type, record.version, record.data)
    assert isinstance(fact, EventCaptured), "its type says so"
    names = {record.subjects[0], *(f"movement:{one}" for one in fact.movements)}
    own = (one for one in ledger.read(names).records if one.subjects[0] in names)
    return [one.position for one in own if one.position != record.position]


def _events_of(ledger: Ledger, record: Record) -> list[Position]:
    """Return where the events stand that brought a movement, as far as they are indexed."""
    movement = record.subjects[0].removeprefix("movement:")
    asked = select(trait.c.place).join(value, value.c.number == trait.c.number)
    asked = asked.where(value.c.name == MOVEMENT, value.c.value == movement)
    with translated(), ledger.engine.connect() as connection:
        places = connection.scalars(asked).all()
    return sorted({place // EVENTS_A_RECORD for place in places})
