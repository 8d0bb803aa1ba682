"""Which fact was each battery's last? Noted now and then, so that nobody can cut the last ones off.

A leaf shows that a fact is there, and its item that none before it is missing. That none after it
is missing, only a list of every battery's last fact can show. Its root is recorded in the ledger as
a fact of its own, and so lies under the same checkpoints as all else.

Rows go by a digest of the battery's name and a salt, since printed codes can be guessed: whoever is
shown one row and its neighbours learns of no other battery.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import blake2b, sha256
from typing import Final, NamedTuple

from orjson import dumps
from sqlalchemy import Connection, delete, select

from custody.codes import base64url
from custody.events import HeadsTaken
from custody.ledger import Entry, Ledger, Record, writing
from custody.ledger.arrays import bigints
from custody.ledger.errors import translated
from custody.log import says, store, tiles, tree
from custody.log.making import HEADS
from custody.log.tables import head_chunk
from custody.terms import Millis, Position, Subject

REFERENCE: Final = b"custody-ref/v1\n"
SALT_BYTES: Final = 16
REFERENCE_BYTES: Final = 32
ROW_BYTES: Final = REFERENCE_BYTES + 8 + tree.HASH_BYTES
KEPT: Final = 3
"""Takings whose rows are kept: the latest ones, of which one at least is published."""

ROWS_MAX: Final = 2_000_000
"""Rows that are made again when a log is verified, a taking's at a time."""

# Every battery's last version and leaf up to a position. The names are read along the key of
# `about`, so that no row of it is looked at twice.
_ENDS: Final = """
select last.subject, last.version, l.hash from (
    select subject, max("position") as "position", max(version) as version from about
    where subject >= 'battery:' and subject < 'battery;' and "position" <= {mark} group by subject
) last join log_leaf l on l."position" = last."position"
"""

_CHUNKS_SQLITE: Final = """
select number, rows from log_head_chunk
where through = ? and number in (select value from json_each(?))
"""
_CHUNKS_POSTGRES: Final = """
select number, rows from log_head_chunk
where through = %b::bigint and number = any(%b::bigint[])
"""


class Row(NamedTuple):
    """A battery's row in a taking of heads: which one it is, and what shows that it is there."""

    number: int
    salt: bytes
    version: int
    leaf: bytes
    proof: list[bytes]


class Taken(NamedTuple):
    """Where a taking of heads is recorded, and up to where nothing is left to note."""

    position: Position
    noted: Position
    """Its own position, unless something was recorded while it was made: that is not in it."""


class Differing(NamedTuple):
    """Where takings are recorded that are not what follows from the ledger; how many were made."""

    positions: list[Position]
    made_again: int


def take(ledger: Ledger, now: Millis) -> Taken | None:
    """Note every battery's last fact up to where the log has come, and record the root of it.

    None where no battery is known yet.
    """
    engine = ledger.engine
    with translated(), engine.connect() as connection:
        sealed = store.sealed(connection)
        through = sealed.edge.size
        rows = sorted(_rows(connection, sealed.secret, through))
    if not rows:
        return None
    chunks = [rows[at : at + tiles.WIDTH_MAX] for at in range(0, len(rows), tiles.WIDTH_MAX)]
    hashes = [tree.root([tree.leaf_hash(row) for row in chunk]) for chunk in chunks]
    with writing(engine) as connection:
        connection.execute(delete(head_chunk).where(head_chunk.c.through == through))
        written = [
            {
                "through": through,
                "number": number,
                "first": chunk[0][:REFERENCE_BYTES],
                "hash": hash_,
                "rows": b"".join(chunk),
            }
            for number, (chunk, hash_) in enumerate(zip(chunks, hashes, strict=True))
        ]
        connection.execute(head_chunk.insert(), written)
        _forget_older(connection)
    body = _body(len(rows), tree.root(hashes), through)
    position = ledger.append([Entry(HEADS, HeadsTaken.version, body, ())], now=now).last
    return Taken(position, position if position == through + 1 else through)


def differing(connection: Connection, secret: bytes, takings: Iterable[Record]) -> Differing:
    """Make takings again, the latest first, and return those that say something else.

    There is at least one row for each battery in each: so many are made again as come to ROWS_MAX,
    and the latest however many rows it has.
    """
    wrong: list[Position] = []
    made = rows = 0
    for record in takings:
        through = _through(record)
        found = sorted(_rows(connection, secret, through))
        root = tree.root([tree.leaf_hash(row) for row in found])
        if record.data != _body(len(found), root, through):
            wrong.append(record.position)
        made += 1
        rows += len(found)
        if rows >= ROWS_MAX:
            break
    return Differing(wrong, made)


def rows_of(
    connection: Connection, secret: bytes, subjects: Iterable[Subject], taken: HeadsTaken
) -> dict[Subject, Row]:
    """Return the rows of some batteries in a taking: of those that are in it, if it is still kept.

    However many there are, the database is asked twice.
    """
    own = head_chunk.c.through == taken.through
    listed = select(head_chunk.c.first, head_chunk.c.hash).where(own).order_by(head_chunk.c.number)
    chunks = [(bytes(first), bytes(hash_)) for first, hash_ in connection.execute(listed)]
    firsts, hashes = [first for first, _ in chunks], [hash_ for _, hash_ in chunks]
    salts = {subject: salt_of(secret, subject) for subject in subjects}
    references = {subject: reference_of(salt, subject) for subject, salt in salts.items()}
    numbers = {one: bisect_right(firsts, reference) - 1 for one, reference in references.items()}
    # At the right edge of the tree a proof needs rows of the last chunk, which need not be full.
    rows = _chunks(connection, taken.through, {*numbers.values(), len(chunks) - 1})
    node = _nodes(hashes, rows)
    found = {}
    for subject, number in numbers.items():
        for place, row in enumerate(rows.get(number, ()), number * tiles.WIDTH_MAX):
            if row.startswith(references[subject]):
                version = int.from_bytes(row[REFERENCE_BYTES : -tree.HASH_BYTES])
                proof = tree.inclusion(place, taken.rows, node)
                found[subject] = Row(place, salts[subject], version, row[-tree.HASH_BYTES :], proof)
                break
    return found


def salt_of(secret: bytes, subject: Subject) -> bytes:
    """Return the salt of a battery's reference: always the same, and derived from a secret.

    A salt kept for each of ten million batteries would say no more: nobody is behind a battery.
    """
    return blake2b(subject.encode(), key=secret, digest_size=SALT_BYTES).digest()


def reference_of(salt: bytes, subject: Subject) -> bytes:
    """Return what a battery goes by in a taking of heads."""
    return sha256(REFERENCE + salt + subject.encode()).digest()


def _body(rows: int, root: bytes, through: Position) -> bytes:
    fact = HeadsTaken(type=HEADS, rows=rows, root=base64url.encode(root), through=through)
    return says.written(fact.model_dump(mode="json"))


def _through(record: Record) -> Position:
    """Return up to where a taking says that it speaks, or where it can at most."""
    try:
        said = HeadsTaken.model_validate_json(record.data).through
    except ValueError:
        return record.position - 1
    return min(said, record.position - 1)


def _rows(connection: Connection, secret: bytes, through: Position) -> Iterator[bytes]:
    mark = "?" if connection.dialect.name == "sqlite" else "%b::bigint"
    found = store.binary(connection).exec_driver_sql(_ENDS.format(mark=mark), (through,))
    for subject, version, leaf in found:
        reference = reference_of(salt_of(secret, subject), subject)
        yield reference + version.to_bytes(8) + bytes(leaf)


def _forget_older(connection: Connection) -> None:
    takings = select(head_chunk.c.through).where(head_chunk.c.number == 0)
    kept = connection.scalars(takings.order_by(head_chunk.c.through.desc()).limit(KEPT)).all()
    connection.execute(delete(head_chunk).where(head_chunk.c.through < kept[-1]))


def _nodes(chunks: Sequence[bytes], rows: Mapping[int, Sequence[bytes]]) -> tree.Node:
    """Return the nodes of the tree over a taking's rows; whole chunks are nodes already."""

    @cache
    def leaves(number: int) -> list[bytes]:
        return [tree.leaf_hash(row) for row in rows.get(number, ())]

    def node(level: int, index: int) -> bytes:
        if level >= tiles.HEIGHT:
            span = 1 << level - tiles.HEIGHT
            return tree.root(chunks[index * span : (index + 1) * span])
        number, place = divmod(index << level, tiles.WIDTH_MAX)
        return tree.root(leaves(number)[place : place + (1 << level)])

    return node


def _chunks(
    connection: Connection, through: Position, numbers: Collection[int]
) -> dict[int, list[bytes]]:
    if connection.dialect.name == "sqlite":
        wanted = dumps(list(numbers)).decode()
        found = connection.exec_driver_sql(_CHUNKS_SQLITE, (through, wanted))
    else:
        asked = (through, bigints(numbers))
        found = store.binary(connection).exec_driver_sql(_CHUNKS_POSTGRES, asked)
    return {number: _parted(bytes(rows)) for number, rows in found}


def _parted(rows: bytes) -> list[bytes]:
    return [rows[at : at + ROW_BYTES] for at in range(0, len(rows), ROW_BYTES)]
