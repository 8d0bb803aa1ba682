"""What are databases asked, and by which thread?"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, event


class Asked(NamedTuple):
    """A statement, and the name of the thread that had it run."""

    statement: str
    thread: str


@contextmanager
def noted() -> Iterator[list[Asked]]:
    """Note every statement that any database is asked until the block ends."""
    asked: list[Asked] = []

    def note(_: Connection, __: Any, statement: str, *___: Any) -> None:
        asked.append(Asked(statement, current_thread().name))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)
