"""Which checkpoints were published, and what do their proofs need of the tree?"""

from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy import text as statement

from custody.ledger.errors import translated
from custody.log import store, tiles, tree
from custody.log.tables import note
from custody.log.tree import Edge
from custody.terms import Millis, Position

_PUBLISH: Final = statement(
    "insert into log_note (size, peaks, text, published_at)"
    " values (:size, :peaks, :text, :published_at) on conflict do nothing"
)


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


def from_on(connection: Connection, size: int) -> Published | None:
    """Return the first checkpoint of at least a size."""
    asked = select(note).where(note.c.size >= size).order_by(note.c.size).limit(1)
    return _one(connection, asked)


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
