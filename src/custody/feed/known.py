"""How far may what was recorded be told? As far as every query knows of it.

Whoever is told of a fact goes and asks about it. So those who are told without asking, by a stream,
a push or a relay, are told what is projected, and what is not waits until it is. That takes
milliseconds; where projecting has stopped, whoever waits for it says so, again and again.
"""

import logging
import time
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Engine

from custody.ledger import Record
from custody.projections.freshness import reached
from custody.terms import Position

STALLED_S: Final = 15.0
"""How long projections may stand still behind the ledger before it is said, and said again."""

STALLED: Final = (
    "位置 %s 之后的事实已记录，但尚未反映到查询数据，暂不告知订阅者；请检查 /readyz 与服务日志。"
    "Facts past position %s are recorded and not projected: nobody is told of them until they "
    "are. See /readyz and what the service has logged."
)

log = logging.getLogger(__name__)


class Known:
    """How far the projections have come, for those who tell what was recorded."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._at: Position = 0
        self._moved_at = time.monotonic()

    def reached(self, wanted: Position) -> Position:
        """Return how far may be told, of what reaches up to a position."""
        at, now = reached(self._engine), time.monotonic()
        if at != self._at or at >= wanted:
            self._at, self._moved_at = at, now
        elif now - self._moved_at >= STALLED_S:
            self._moved_at = now
            log.warning(STALLED, at, at)
        return at

    def of(self, records: Sequence[Record]) -> list[Record]:
        """Leave out what no query knows of yet."""
        if not records:
            return []
        at = self.reached(records[-1].position)
        return [one for one in records if one.position <= at]
