"""Which position do the projections reflect, and how is one moment of them read?"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, inspect, select

from custody.ledger import UnknownSchema, writing
from custody.projections import LAYOUT
from custody.projections.tables import metadata, projected
from custody.terms import Position

# The lock comes before the snapshot: a rebuild waits with its swap for whoever holds it, and a
# reader that had to wait for the swap sees what came of it, not the emptied past.
_BEGIN_POSTGRES = (
    "begin isolation level repeatable read, read only;"
    " lock table projected in access share mode; select position from projected"
)


def lay_out(engine: Engine) -> None:
    """Make the projections' tables where there are none; UnknownSchema for another layout."""
    with writing(engine) as connection:
        if not inspect(connection).has_table(projected.name):
            metadata.create_all(connection)
            connection.execute(projected.insert().values(one=1, position=0, layout=LAYOUT))
        found = connection.scalar(select(projected.c.layout))
    if found != LAYOUT:
        raise UnknownSchema(found or 0, LAYOUT)


def reached(engine: Engine) -> Position:
    """Return the position that the projections reflect."""
    with engine.connect() as connection:
        return int(connection.scalars(select(projected.c.position)).one())


@contextmanager
def snapshot(engine: Engine) -> Iterator[tuple[Connection, Position]]:
    """Read at one moment: all that is asked in the block reflects the position it comes with."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            yield connection, connection.scalars(select(projected.c.position)).one()
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        cursor = connection.connection.cursor()
        cursor.execute(_BEGIN_POSTGRES)
        while cursor.nextset():
            continue
        ((position,),) = cursor.fetchall()
        try:
            yield connection, position
        finally:
            connection.exec_driver_sql("rollback")
