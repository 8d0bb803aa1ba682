"""Which position do the projections reflect, and how is one moment of them read?"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, inspect, select

from custody.access import EVERYTHING, Scope
from custody.ledger import UnknownSchema, laying_out
from custody.ledger.errors import translated
from custody.projections import ALL, LAYOUT, guard
from custody.projections.tables import metadata, projected
from custody.terms import Position

# The lock comes before the snapshot: a rebuild waits with its swap for whoever holds it, and a
# reader that had to wait for the swap sees what came of it, not the emptied past.
_BEGIN_POSTGRES = (
    "begin isolation level repeatable read, read only; lock table projected in access share mode"
)
_POSITION = select(projected.c.position)
_LAYOUT_LOCK = 0x6375736C


class OtherLayout(UnknownSchema):
    """The projections' tables are those of another version; an older one's are built anew."""


def lay_out(engine: Engine) -> None:
    """Make the projections' tables where there are none; OtherLayout if they are others."""
    with laying_out(engine, _LAYOUT_LOCK) as connection:
        guard.lay_out(connection)
        if not inspect(connection).has_table(projected.name):
            metadata.create_all(connection)
            tables = [projected, *(table for one in ALL for table in one.tables)]
            guard.protect(connection, tables, lambda table: table)
            first = projected.insert().values(one=1, position=0, swaps=0, layout=LAYOUT)
            connection.execute(first)
        guard.admit(connection)
        found = connection.scalar(select(projected.c.layout))
    if found != LAYOUT:
        raise OtherLayout(found or 0, LAYOUT)


def reached(engine: Engine) -> Position:
    """Return the position that the projections reflect."""
    with translated(), engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            # One statement is a moment by itself: a transaction around it takes two round trips.
            connection.execution_options(isolation_level="AUTOCOMMIT")
        return _position(connection)


@contextmanager
def snapshot(engine: Engine, scope: Scope = EVERYTHING) -> Iterator[tuple[Connection, Position]]:
    """Read at one moment: all that is asked in the block reflects the position it comes with.

    `scope`: what the database itself shows of it, where it has a role to show it to.
    """
    with translated(), engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            yield connection, _position(connection)
            return
        connection.execution_options(isolation_level="AUTOCOMMIT")
        guarded = "" if scope.everything else guard.begins(scope)
        connection.exec_driver_sql(f"{_BEGIN_POSTGRES}{guarded}")
        try:
            yield connection, _position(connection)
        finally:
            # On a connection that broke there is nothing left to end, and trying would hide why.
            if not connection.invalidated:
                connection.exec_driver_sql("rollback")


def _position(connection: Connection) -> Position:
    return int(connection.scalars(_POSITION).one())
