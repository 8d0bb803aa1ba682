"""Are the projections what the ledger says? Built anew beside the live ones, they show it."""

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256
from json import dumps

from sqlalchemy import Connection, Table, select

from custody.ledger import Ledger
from custody.ledger.errors import translated
from custody.projections import ALL, EVERYTHING
from custody.projections.freshness import reached, snapshot
from custody.projections.projection import Projection
from custody.projections.shadow import RECORDS_MAX, Displaced, Progress, Shadow
from custody.terms import Position

ROWS_AT_ONCE = 10_000

PAUSE_S = 1.0
"""How long a swap that would keep readers waiting lets them go first."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A projection as it is and as the ledger says, both at one position."""

    name: str
    live: str
    rebuilt: str

    @property
    def equal(self) -> bool:
        """Whether they agree to the byte."""
        return self.live == self.rebuilt


def rebuild(
    ledger: Ledger,
    names: Collection[str],
    progress: Progress,
    records_max: int = RECORDS_MAX,
) -> Position:
    """Build projections anew and swap them in; return the position they reflect.

    Raises Displaced when another rebuild or comparison begins meanwhile: the last one is right.
    """
    shadow = Shadow(ledger, _needed(names), records_max)
    try:
        while True:
            # The ledger grows meanwhile: run after it until what is left fits into the swap.
            while (until := reached(ledger.engine)) - shadow.position > records_max // 10:
                shadow.fill(until, progress)
            swapped = shadow.swap(names)
            if swapped is not None:
                return swapped
            time.sleep(PAUSE_S)
    finally:
        shadow.drop()


def verify(
    ledger: Ledger, progress: Progress, names: Collection[str] = EVERYTHING
) -> list[Comparison]:
    """Build projections anew and compare them with the live ones; nothing is swapped."""
    shadow = Shadow(ledger, _needed(names))
    try:
        with snapshot(ledger.engine) as (connection, position):
            shadow.fill(position, progress)
            return [one for one in compare(shadow, connection) if one.name in names]
    finally:
        shadow.drop()


def compare(shadow: Shadow, connection: Connection) -> list[Comparison]:
    """Compare what was built with the live tables, as the connection sees them."""
    with translated(), shadow.ledger.engine.connect() as own:
        shadow.assert_ours(own)
        return [
            Comparison(
                projection.name,
                checksum(connection, projection.tables),
                checksum(own, [shadow.place(table) for table in projection.tables]),
            )
            for projection in shadow.projections
        ]


def _needed(names: Collection[str]) -> list[Projection]:
    """Return the projections named, and location: it tells what was known of a battery before."""
    return [one for one in ALL if one.name in {*names, "location"}]


def checksum(connection: Connection, tables: Iterable[Table]) -> str:
    """Return the SHA-256 over all rows of some tables, in the order of their keys."""
    digest = sha256()
    for table in tables:
        rows = connection.execute(
            select(table).order_by(*table.primary_key.columns),
            execution_options={"yield_per": ROWS_AT_ONCE},
        )
        for row in rows:
            digest.update(dumps(list(row), ensure_ascii=False).encode())
            digest.update(b"\n")
    return digest.hexdigest()


__all__ = [
    "Comparison",
    "Displaced",
    "Progress",
    "Shadow",
    "checksum",
    "compare",
    "rebuild",
    "verify",
]
