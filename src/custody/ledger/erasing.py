"""How is something taken out of the database for good, as far as the engine lets us?"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Engine, update

from custody.ledger.errors import translated
from custody.ledger.tables import record


def destroy(connection: Connection, position: int, left: bytes) -> None:
    """Destroy a record's body and key, and all that it says beside its place in the order.

    `left`: what stands in the place of the body. Position, time, type and subjects stay.
    """
    overwrite_deleted(connection)
    values = {"data": left, "key": b"", "posted_by": None, "sent_at": None, "remarks": None}
    connection.execute(update(record).where(record.c.position == position).values(values))


def overwrite_deleted(connection: Connection) -> None:
    """Let SQLite write zeros over what is deleted; otherwise it stays until the page is reused."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("pragma secure_delete = on")


def scrub(engine: Engine, tables: Collection[str]) -> None:
    """Take what was deleted from some tables out of the database's files too."""
    with translated(), engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # On the driver's own connection: in a transaction there is no checkpoint.
            dbapi: Any = connection.connection
            dbapi.execute("pragma wal_checkpoint(truncate)").fetchall()
        else:
            outside = connection.execution_options(isolation_level="AUTOCOMMIT")
            outside.exec_driver_sql(f"vacuum {', '.join(tables)}")
