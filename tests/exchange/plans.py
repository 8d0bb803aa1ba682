"""How does a database mean to answer what it is asked of the index? Nothing may read a whole table.

A table of ten rows is read whole by any database that is free to choose; so it is asked whether it
could do otherwise, and what is asked again is the very statement with the very values.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

Asked = dict[str, Any]
"""Statements of the driver's, and the values that each was last asked with."""

SMALL = "epcis_reached"
"""Of one row."""

_whole = {
    "sqlite": re.compile(r"SCAN (epcis_\w+)\b(?! USING)"),
    "postgresql": re.compile(r"Seq Scan on (epcis_\w+)"),
}


@contextmanager
def watched() -> Iterator[Asked]:
    """Note what every database is asked of the index until the block ends."""
    asked: Asked = {}

    def note(_: Connection, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        if statement.lstrip().lower().startswith(("select", "with")) and "epcis_" in statement:
            asked[statement] = parameters

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def read_whole(engine: Engine, asked: Asked) -> list[tuple[str, str]]:
    """Name each table that would have to be read from one end to the other, and for what."""
    explain = "explain query plan " if engine.dialect.name == "sqlite" else "explain (costs off) "
    found = []
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("set local enable_seqscan = off")
        for statement, parameters in asked.items():
            plan = connection.exec_driver_sql(explain + statement, parameters)
            steps = "\n".join(str(row[-1]) for row in plan)
            tables = {*_whole[engine.dialect.name].findall(steps)} - {SMALL}
            found += [(table, statement) for table in sorted(tables)]
    return found
