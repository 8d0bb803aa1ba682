"""How are many rows read as the driver gives them?"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import CursorResult


def drawn(result: CursorResult[Any]) -> Sequence[Sequence[Any]]:
    """Return all rows of a statement in the driver's own SQL.

    The rows of a `Result` know their columns by name, and take a tenth longer to be read.
    """
    cursor = result.cursor
    assert cursor is not None, "it is asked for its rows once"
    rows = cursor.fetchall()
    result.close()
    return rows


@contextmanager
def uncollected() -> Iterator[None]:
    """Let nobody look for cycles until the end of the block, which is over in some milliseconds.

    Rows hold none, and being looked at takes them a third of the time that reading them does. While
    two threads are in here, the first to leave ends it for both: that costs the time, nothing else.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
