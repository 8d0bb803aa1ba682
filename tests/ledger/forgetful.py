"""Ledgers for property tests: as quick as memory, and gone with it."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import event

from custody.ledger import Ledger, open_engine, open_ledger, writing
from custody.ledger.tables import about, head, record
from tests.postgres import Postgres


@contextmanager
def forgetful_ledgers() -> Iterator[list[Ledger]]:
    """One ledger of each engine, on servers and files that flush nothing."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        server = stack.enter_context(Postgres(durable=False))
        engine = open_engine(f"sqlite:///{folder}/custody.db")
        event.listen(engine, "connect", _flush_nothing)
        ledgers = [open_ledger(engine), open_ledger(server.database("forgetful"))]
        for ledger in ledgers:
            stack.callback(ledger.close)
        yield ledgers


def empty(ledger: Ledger) -> None:
    """As new, for the next example."""
    with writing(ledger.engine) as connection:
        connection.execute(about.delete())
        connection.execute(record.delete())
        connection.execute(head.update().values(position=0, recorded_at=0))


def _flush_nothing(dbapi: Any, _: object) -> None:
    dbapi.execute("pragma synchronous = off")
