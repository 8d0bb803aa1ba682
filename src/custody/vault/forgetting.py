"""How is a person forgotten, so that nobody can remember them?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, select, text

from custody.ledger import erasing, writing
from custody.ledger.errors import translated
from custody.terms import Millis
from custody.vault.tables import alone_with, data_key, entry, person, phone_index

HOLDING: tuple[Table, ...] = (data_key, entry, phone_index)
"""Where something of a person is kept; their row in `person` says no more than the reference."""

_MARK = text(
    "insert into vault_person (depositor, forgotten_at) values (:depositor, :at)"
    " on conflict (depositor) do update"
    " set forgotten_at = coalesce(vault_person.forgotten_at, excluded.forgotten_at)"
)


_NAMED = {
    "sqlite": "select 1 from record where instr(data, ?) > 0 limit 1",
    "postgresql": "select 1 from record where position(%b in data) > 0 limit 1",
}


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What there was to forget."""

    known: bool
    """Whether the vault held anything of the person."""
    at: Millis
    """When they were forgotten: now, unless it had been done before."""
    before: bool


def forget(engine: Engine, depositor: str, now: Millis) -> Forgotten:
    """Destroy a person's key, what it had sealed, and the way to it from their number.

    A reference of which nothing is known is forgotten too: details that are still on their way
    from a terminal are then refused.
    """
    with writing(engine) as connection:
        erasing.overwrite_deleted(connection)
        alone_with(connection, depositor)
        asked = select(person.c.forgotten_at).where(person.c.depositor == depositor)
        row = connection.execute(asked).one_or_none()
        if row is not None and row.forgotten_at is not None:
            return Forgotten(known=False, at=row.forgotten_at, before=True)
        held = [_emptied(connection, table, depositor) for table in HOLDING]
        if row is None:
            connection.execute(person.insert().values(depositor=depositor))
        here: Any = person.c.depositor == depositor
        connection.execute(person.update().where(here).values(forgotten_at=now))
    erasing.scrub(engine, [table.name for table in HOLDING])
    return Forgotten(any(held), now, before=False)


def heard_of(engine: Engine, depositor: str) -> bool:
    """Tell whether the vault has ever known a reference, or else any fact names it.

    Of one that the vault does not know, every fact is looked at: seconds for each million.
    """
    known = select(person.c.depositor).where(person.c.depositor == depositor)
    with translated(), engine.connect() as connection:
        if connection.execute(known).one_or_none() is not None:
            return True
        if any(connection.execute(_held(table, depositor)).first() for table in HOLDING):
            return True
        quoted = f'"{depositor}"'.encode()
        return (
            connection.exec_driver_sql(_NAMED[engine.dialect.name], (quoted,)).first() is not None
        )


def _held(table: Table, depositor: str) -> Select[tuple[str]]:
    return select(table.c.depositor).where(table.c.depositor == depositor).limit(1)


def forgotten_in(connection: Connection) -> dict[str, Millis]:
    """Return who is forgotten, and since when."""
    asked = select(person.c.depositor, person.c.forgotten_at).where(
        person.c.forgotten_at.is_not(None)
    )
    return {row.depositor: row.forgotten_at for row in connection.execute(asked)}


def mark_forgotten(connection: Connection, marks: Mapping[str, Millis]) -> None:
    """Mark everyone as forgotten who is not marked yet."""
    if marks:
        rows = [{"depositor": depositor, "at": at} for depositor, at in marks.items()]
        connection.execute(_MARK, rows)


def empty_forgotten(connection: Connection) -> None:
    """Destroy what is held of everyone who is marked as forgotten: a backup may have brought it."""
    gone = select(person.c.depositor).where(person.c.forgotten_at.is_not(None))
    for table in HOLDING:
        connection.execute(table.delete().where(table.c.depositor.in_(gone)))


def _emptied(connection: Connection, table: Table, depositor: str) -> bool:
    return bool(connection.execute(table.delete().where(table.c.depositor == depositor)).rowcount)
