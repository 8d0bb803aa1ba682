"""How far has each relay come? One row each."""

from typing import Final

from sqlalchemy import BigInteger, Engine, MetaData, Table, select, update

from custody.ledger import laying_out, writing
from custody.ledger.columns import TEXT, column
from custody.ledger.errors import translated
from custody.terms import Position

_LAYOUT_LOCK: Final = 0x72656C79

metadata = MetaData()

relay = Table(
    "relay",
    metadata,
    column("name", TEXT, primary_key=True),
    column("cursor", BigInteger()),
)
"""What lies up to the cursor was acknowledged by the stream."""


def lay_out(engine: Engine) -> None:
    """Make the table where it is not there yet."""
    with laying_out(engine, _LAYOUT_LOCK) as connection:
        metadata.create_all(connection)


def reached(engine: Engine, name: str) -> Position:
    """Return how far a relay has come; a new one begins at the beginning."""
    with translated(), engine.connect() as connection:
        return connection.scalar(select(relay.c.cursor).where(relay.c.name == name)) or 0


def move(engine: Engine, name: str, before: Position, after: Position) -> bool:
    """Move a relay's cursor; False if another has moved it.

    What a crash of the machine takes back is published again, under the same ids.
    """
    with writing(engine, durable=False) as connection:
        if before == 0:
            known = connection.scalar(select(relay.c.cursor).where(relay.c.name == name))
            if known is None:
                connection.execute(relay.insert().values(name=name, cursor=after))
                return True
        here = (relay.c.name == name, relay.c.cursor == before)
        return bool(connection.execute(update(relay).where(*here).values(cursor=after)).rowcount)
