"""Which checkpoints were published, and what do their proofs need of the tree?"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from orjson import dumps
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy import text as statement

from custody.ledger.arrays import bigints
from custody.ledger.errors import translated
from custody.log import store, tiles, tree
from custody.log.tables import note
from custody.log.tree import Edge
from custody.terms import Millis, Position

_PUBLISH: Final = statement(
    "insert into log_note (size, peaks, text, published_at)"
    " values (:size, :peaks, :text, :published_at) on conflict do nothing"
)
# The first look-up finds the last checkpoint of at most an index, the second the first beyond it.
_AROUND: Final = """
select size, peaks, text, published_at from log_note where size in (
    select (select max(b.size) from log_note b where b.size <= w.value) from {wanted}
    union select (select min(a.size) from log_note a where a.size > w.value) from {wanted}
) order by size
"""
_LEAVES_SQLITE: Final = "json_each(?) w"
_LEAVES_POSTGRES: Final = "unnest(%b::bigint[]) w(value)"

_LATEST: Final = select(note).order_by(note.c.size.desc()).limit(1)


class Published(NamedTuple):
    """A checkpoint as it is handed out, and the right edge of the tree that it stands for."""

    edge: Edge
    text: str
    published_at: Millis


def publish(connection: Connection, edge: Edge, text: str, now: Millis) -> bool:
    """Hand a checkpoint out from now on; False if another of its size is handed out already."""
    row = {"size": edge.size, "peaks": edge.pack(), "text": text, "published_at": now}
    return bool(connection.execute(_PUBLISH, row).rowcount)


def latest(connection: Connection) -> Published | None:
    """Return the checkpoint that is handed out."""
    return _one(connection, _LATEST)


def size(engine: Engine) -> Position:
    """Return how many records the latest checkpoint covers; 0 if there is none."""
    with translated(), engine.connect() as connection:
        return connection.scalar(select(func.max(note.c.size))) or 0


def up_to(connection: Connection, size: int) -> Published | None:
    """Return the last checkpoint of at most a size."""
    return _one(connection, _LATEST.where(note.c.size <= size))


def around(connection: Connection, leaves: Sequence[int]) -> list[Published]:
    """Return the checkpoints right before and right after some leaves, the smallest first."""
    is_sqlite = connection.dialect.name == "sqlite"
    asked = _AROUND.format(wanted=_LEAVES_SQLITE if is_sqlite else _LEAVES_POSTGRES)
    wanted = dumps(leaves).decode() if is_sqlite else bigints(leaves)
    found = store.binary(connection).exec_driver_sql(asked, (wanted, wanted))
    return [_read(row) for row in found]


def all_of(connection: Connection) -> list[Published]:
    """Return every checkpoint that was ever handed out, the smallest first."""
    found = store.binary(connection).execute(select(note).order_by(note.c.size))
    return [_read(row) for row in found]


def nodes(connection: Connection, edge: Edge = tiles.NOTHING) -> tree.Node:
    """Return the nodes of the tree; tiles are read once, so it is for one question.

    `edge`: of the checkpoint that is asked about; what it holds need not be read.
    """
    return tiles.nodes(cache(lambda level, number: store.tile_of(connection, level, number)), edge)


def _one(connection: Connection, asked: Any) -> Published | None:
    row = store.binary(connection).execute(asked).first()
    return None if row is None else _read(row)


def _read(row: Any) -> Published:
    return Published(Edge.unpack(row.size, bytes(row.peaks)), row.text, row.published_at)
