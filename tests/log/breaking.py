"""How does a commit fail? As when the connection breaks: before it is done, or after it, untold."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event


class Broken(Exception):
    """The connection broke; nobody knows whether the commit was done."""


@contextmanager
def failing_commit(engine: Engine, *, persisted: bool) -> Iterator[None]:
    """Let every commit fail until the block ends."""

    def fail(connection: Connection) -> None:
        if persisted:
            connection.connection.commit()
        raise Broken

    event.listen(engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(engine, "commit", fail)
