"""How are many rows read as the driver gives them?"""

from __future__ import annotations

from collections.abc import Sequence
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
