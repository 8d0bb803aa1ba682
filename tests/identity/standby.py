"""What is a database to those who serve on it while it can be read, and not be written?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

READ_ONLY = {
    "sqlite": "pragma query_only = on",
    "postgresql": "set default_transaction_read_only = on",
}


@contextmanager
def taking_nothing(engine: Engine) -> Iterator[None]:
    """Let each new connection only read until the block ends."""
    statement = READ_ONLY[engine.dialect.name]

    def read_only(dbapi: Any, _: object) -> None:
        dbapi.execute(statement)
        dbapi.commit()

    event.listen(engine, "connect", read_only)
    engine.dispose()
    try:
        yield
    finally:
        event.remove(engine, "connect", read_only)
        engine.dispose()
