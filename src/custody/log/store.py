"""How is the log kept in the database: its leaves, its tiles, how far it has come?

All of it can be made again from the ledger, so nothing here need be flushed: what a crash of the
machine takes back is sealed again, into the same bytes.
"""

from collections.abc import Collection, Sequence
from itertools import accumulate
from json import dumps
from secrets import token_bytes
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine, func, select, update

from custody.ledger import writing
from custody.ledger.arrays import bigints, datas, texts
from custody.log import tiles, tree
from custody.log.entry import End, named
from custody.log.tables import landmark, state, tile
from custody.log.tree import Edge
from custody.terms import Position, Subject

SECRET_BYTES: Final = 32

# One statement for all: between one row and the next the driver lets other threads have the
# interpreter, and the database's only write lock would be held until they let it go again.
_ADD_SQLITE: Final = """
insert into log_leaf (position, hash, entry)
select ? + key, substr(?, 1 + 32 * key, 32), substr(?, 1 + (value >> 16), value & 65535)
from json_each(?)
"""
_ADD_POSTGRES: Final = (
    'insert into log_leaf ("position", hash, entry)'
    " select * from unnest(%b::bigint[], %b::bytea[], %b::bytea[])"
)
# `cross join` is SQLite's way to fix the order: the names first, each looked up by key.
_LAST_SQLITE: Final = """
select a.subject, a.version, l.hash
from json_each(?) s cross join about a cross join log_leaf l
where a.subject = s.value and l.position = a.position and a.position = (
    select max(b.position) from about b where b.subject = s.value and b.position <= ?
)
"""
_LAST_POSTGRES: Final = """
select s.subject, a.version, l.hash
from unnest(%b::text[]) s(subject) cross join lateral (
    select version, "position" from about
    where subject = s.subject collate "C" and "position" <= %b::bigint
    order by "position" desc limit 1
) a join log_leaf l using ("position")
"""

_BETWEEN: Final = """
select {columns} from log_leaf where "position" between {mark} and {mark} order by "position"
"""

_TILE: Final = "select hashes from log_tile where level = {mark} and number = {mark}"


class Kept(NamedTuple):
    """A leaf as it is kept."""

    position: Position
    hash: bytes
    entry: bytes


class Sealed(NamedTuple):
    """How far the log has come: its name, its secret, its right edge, and its policy's text."""

    origin: str
    secret: bytes
    edge: Edge
    policy: str


def begin(engine: Engine, origin: str) -> Sealed:
    """Begin a log of this origin if there is none yet; return the one that there is."""
    with writing(engine) as connection:
        if connection.scalar(select(state.c.one)) is None:
            first = Sealed(origin, token_bytes(SECRET_BYTES), Edge(), "")
            connection.execute(state.insert().values(_row(first)))
        return sealed(connection)


def sealed(connection: Connection) -> Sealed:
    """Say how far the log has come that has begun."""
    found = begun(connection)
    assert found is not None, "whoever seals has begun it"
    return found


def begun(connection: Connection) -> Sealed | None:
    """Say how far the log has come, if it has begun."""
    row = connection.execute(select(state)).one_or_none()
    if row is None:
        return None
    return Sealed(row.origin, row.secret, Edge.unpack(row.size, row.peaks), row.policy)


def _row(sealed: Sealed) -> dict[str, Any]:
    origin, secret, edge, policy = sealed
    return {
        "one": 1,
        "origin": origin,
        "secret": secret,
        "size": edge.size,
        "peaks": edge.pack(),
        "policy": policy,
    }


def follow(engine: Engine, policy: str) -> None:
    """Keep the text of the policy by which checkpoints are published from now on."""
    with writing(engine) as connection:
        connection.execute(update(state).values(policy=policy))


def advance(connection: Connection, before: Edge, after: Edge) -> bool:
    """Move the log on, unless another has moved it from where it was; say which."""
    unmoved = (state.c.size == before.size, state.c.peaks == before.pack())
    values = {"size": after.size, "peaks": after.pack()}
    return bool(connection.execute(update(state).where(*unmoved).values(values)).rowcount)


def add(connection: Connection, size: int, hashes: list[bytes], entries: Sequence[bytes]) -> None:
    """Write the next leaves behind `size` others, and what that adds to the tiles above them."""
    _rise(connection, 0, size, hashes)
    if connection.dialect.name == "sqlite":
        joined = (size + 1, b"".join(hashes), b"".join(entries), dumps(_places(entries)))
        connection.exec_driver_sql(_ADD_SQLITE, joined)
    else:
        positions = bigints(range(size + 1, size + 1 + len(hashes)))
        connection.exec_driver_sql(_ADD_POSTGRES, (positions, datas(hashes), datas(entries)))


def ends(
    connection: Connection, subjects: Collection[Subject], until: Position
) -> dict[Subject, End]:
    """Return where each subject's chain ends at a position, if it has begun by then."""
    if not subjects:
        return {}
    if connection.dialect.name == "sqlite":
        asked = (dumps([*subjects], ensure_ascii=False), until)
        rows = connection.exec_driver_sql(_LAST_SQLITE, asked)
    else:
        rows = binary(connection).exec_driver_sql(_LAST_POSTGRES, (texts(subjects), until))
    return {subject: End(version, named(bytes(hash_))) for subject, version, hash_ in rows}


def hashes(connection: Connection, first: Position, last: Position) -> list[bytes]:
    """Return the leaf hashes of the positions from one to another, both included."""
    return [hash_ for (hash_,) in _between(connection, "hash", first, last)]


def entries(connection: Connection, first: Position, last: Position) -> list[bytes]:
    """Return the entries of the positions from one to another, both included."""
    return [entry for (entry,) in _between(connection, "entry", first, last)]


def leaves(connection: Connection, first: Position, last: Position) -> list[Kept]:
    """Return the leaves of the positions from one to another, both included."""
    kept = _between(connection, '"position", hash, entry', first, last)
    return [Kept(*row) for row in kept]


def tile_of(connection: Connection, level: int, number: int) -> bytes:
    """Return the hashes of a tile that are there by now, as one row of bytes."""
    if level == 0:
        first = number * tiles.WIDTH_MAX + 1
        return b"".join(hashes(connection, first, first + tiles.WIDTH_MAX - 1))
    asked = _TILE.format(mark=_mark(connection))
    found = binary(connection).exec_driver_sql(asked, (level, number)).first()
    return b"" if found is None else bytes(found[0])


def mark(connection: Connection, marks: Sequence[tuple[str, Position]]) -> None:
    """Keep where records lie that will be looked for by a name."""
    if marks:
        rows = [{"name": name, "position": position} for name, position in marks]
        connection.execute(landmark.insert(), rows)


def last_marked(connection: Connection, name: str, until: Position) -> Position | None:
    """Return where the last record of a name lies, up to a position; None if there is none."""
    asked = select(func.max(landmark.c.position)).where(landmark.c.name == name)
    last: Position | None = connection.scalar(asked.where(landmark.c.position <= until))
    return last


def binary(connection: Connection) -> Connection:
    """Let bytes come as they are: as text they would travel as hexadecimal digits."""
    return connection.execution_options(binary=True)


def _places(entries: Sequence[bytes]) -> list[int]:
    """Tell where each of some joined entries begins, and in the last 16 bits how long it is."""
    lengths = [len(one) for one in entries]
    return [
        begins << 16 | length
        for begins, length in zip(accumulate(lengths, initial=0), lengths, strict=False)
    ]


def _between(
    connection: Connection, columns: str, first: Position, last: Position
) -> Sequence[Any]:
    asked = _BETWEEN.format(columns=columns, mark=_mark(connection))
    return binary(connection).exec_driver_sql(asked, (first, last)).fetchall()


def _mark(connection: Connection) -> str:
    """Return what stands for a number in the driver's own SQL."""
    return "?" if connection.dialect.name == "sqlite" else "%b::bigint"


def _rise(connection: Connection, level: int, held: int, more: list[bytes]) -> None:
    """Put more hashes of a level behind those it holds, and above them the nodes over full tiles.

    Those of level 0 stand beside their entries. Of what is kept, only the last tile of each level
    is read: what is put behind it is here already.
    """
    number, place = divmod(held, tiles.WIDTH_MAX)
    begun = tiles.split(tile_of(connection, level, number)) if place else []
    if len(begun) != place:
        raise DamagedTile(level, number)
    row = begun + more
    parts = [row[at : at + tiles.WIDTH_MAX] for at in range(0, len(row), tiles.WIDTH_MAX)]
    if level > 0:
        _write(connection, level, number, parts, is_begun=place > 0)
    if full := [tree.root(one) for one in parts if len(one) == tiles.WIDTH_MAX]:
        _rise(connection, level + 1, number, full)


def _write(
    connection: Connection, level: int, number: int, parts: Sequence[list[bytes]], *, is_begun: bool
) -> None:
    """Write tiles of a level, from one of them on; the first may be there, and grow."""
    first, *others = (b"".join(one) for one in parts)
    if is_begun:
        asked = (tile.c.level == level, tile.c.number == number)
        connection.execute(update(tile).where(*asked).values(hashes=first))
    else:
        connection.execute(tile.insert().values(level=level, number=number, hashes=first))
    for place, hashes in enumerate(others, number + 1):
        connection.execute(tile.insert().values(level=level, number=place, hashes=hashes))


class DamagedTile(Exception):
    """A tile does not hold the hashes that the log's size says it does."""
