"""Does PostgreSQL know how much there is in the index, when much was added at once?

Until its own round comes by, a minute later or more, it plans the first questions as if there
were nothing, and they take hundreds of milliseconds.
"""

import logging
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from custody.exchange.rows import KEPT
from custody.exchange.tables import value

MANY_RECORDS: Final = 10_000
"""After so many records, indexed by one process since it last did, statistics are made anew."""

ANALYZE_S: Final = 20
"""How long that may take; samples of all tables of a million events took a second or two."""

log = logging.getLogger(__name__)


def analyze(engine: Engine) -> None:
    """Have PostgreSQL look over the index's tables, if it can be done at once: a table that
    somebody else looks over or cleans is passed over, and so is one that is not ours to look over.
    A failure is noted, and is none of the caller's.
    """
    if engine.dialect.name == "sqlite":
        return
    tables = ", ".join(table.name for table in (*KEPT, value))
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"set local statement_timeout = '{ANALYZE_S}s'")
            connection.exec_driver_sql(f"analyze (skip_locked) {tables}")
    except DBAPIError:
        log.warning("the index of events could not be analyzed", exc_info=True)
