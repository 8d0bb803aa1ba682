"""What must be looked up to show some leaves of the log? All of it at once: however many they are,
the database is asked as often.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from orjson import OPT_NON_STR_KEYS, dumps
from sqlalchemy import Connection

from custody.ledger import Record
from custody.ledger.arrays import bigints, ints, texts
from custody.log import store, tiles, tree
from custody.log.entry import End, Ends, chained, named
from custody.log.tree import Edge
from custody.terms import Position, Subject

Numbers = tuple[int, int]
"""A tile's level and number."""

# `cross join` is SQLite's way to fix the order: what is asked first, each looked up by key.
_ENTRIES_SQLITE: Final = """
select l.position, l.entry from json_each(?) w cross join log_leaf l where l.position = w.value
"""
_ENTRIES_POSTGRES: Final = """
select l."position", l.entry from unnest(%b::bigint[]) w("position")
join log_leaf l using ("position")
"""

_MARKED_SQLITE: Final = """
select l.position, l.name from json_each(?) w cross join log_landmark l
where l.name = w.value and l.position <= ? order by l.position, l.name
"""
_MARKED_POSTGRES: Final = """
select l."position", l.name from unnest(%b::text[]) w(name) join log_landmark l using (name)
where l."position" <= %b::bigint order by l."position", l.name
"""

_ENDS_SQLITE: Final = """
select w.key, s.value, a.version, l.hash
from json_each(?) w cross join json_each(w.value) s cross join about a cross join log_leaf l
where a.subject = s.value and l.position = a.position and a.position = (
    select max(b.position) from about b
    where b.subject = s.value and b.position < cast(w.key as integer)
)
"""
_ENDS_POSTGRES: Final = """
select s.before, s.subject, a.version, l.hash
from unnest(%b::bigint[], %b::text[]) s(before, subject) cross join lateral (
    select version, "position" from about
    where subject = s.subject collate "C" and "position" < s.before
    order by "position" desc limit 1
) a join log_leaf l using ("position")
"""

# SQLite has no sum of bytes; the rows come from its own memory.
_LOWEST_SQLITE: Final = """
select w.value, l.hash from json_each(?) w cross join log_leaf l
where l.position between w.value and w.value + ? order by l.position
"""
_LOWEST_POSTGRES: Final = """
select w.first, l.hashes from unnest(%b::bigint[]) w(first) cross join lateral (
    select string_agg(hash, ''::bytea order by "position") as hashes from log_leaf
    where "position" between w.first and w.first + %b::bigint
) l where l.hashes is not null
"""

_HIGHER_SQLITE: Final = """
select t.level, t.number, t.hashes
from json_each(?) w cross join json_each(w.value) n cross join log_tile t
where t.level = cast(w.key as integer) and t.number = n.value
"""
_HIGHER_POSTGRES: Final = """
select t.level, t.number, t.hashes from unnest(%b::int[], %b::bigint[]) w(level, number)
join log_tile t using (level, number)
"""


def entries(connection: Connection, positions: Collection[Position]) -> dict[Position, bytes]:
    """Return the entries at some positions, as far as there are any."""
    if connection.dialect.name == "sqlite":
        rows = _rows(connection, _ENTRIES_SQLITE, (_json(list(positions)),))
    else:
        rows = _rows(connection, _ENTRIES_POSTGRES, (bigints(positions),))
    return {position: bytes(entry) for position, entry in rows}


def marked(
    connection: Connection, names: Collection[str], until: Position
) -> list[tuple[Position, str]]:
    """Return where the records of some names lie, up to a position, in their order."""
    if connection.dialect.name == "sqlite":
        rows = _rows(connection, _MARKED_SQLITE, (_json(list(names)), until))
    else:
        rows = _rows(connection, _MARKED_POSTGRES, (texts(names), until))
    return [(position, name) for position, name in rows]


def ends(connection: Connection, records: Iterable[Record]) -> Mapping[Position, Ends]:
    """Return where the chains of each record's subjects end before it, by its position."""
    wanted = {one.position: chained(one.subjects) for one in records}
    if connection.dialect.name == "sqlite":
        rows = _rows(connection, _ENDS_SQLITE, (_json(wanted),))
    else:
        befores = [position for position, subjects in wanted.items() for _ in subjects]
        names = [subject for subjects in wanted.values() for subject in subjects]
        rows = _rows(connection, _ENDS_POSTGRES, (bigints(befores), texts(names)))
    found: dict[Position, dict[Subject, End]] = {position: {} for position in wanted}
    for before, subject, version, hash_ in rows:
        found[int(before)][subject] = End(version, named(bytes(hash_)))
    return found


def nodes(connection: Connection, leaves: Iterable[int], edge: Edge) -> tree.Node:
    """Return the nodes that lie beside the ways of some leaves to the root of a tree.

    They are what proofs need: of inclusion for each of the leaves, of consistency for the trees
    that end with one of them. `edge`: of the tree.
    """
    wanted = {one for leaf in leaves for one in tiles.over(leaf, edge.size)}
    lowest = sorted(number for level, number in wanted if level == 0)
    higher = sorted(one for one in wanted if one[0] > 0)
    found = {**_lowest(connection, lowest), **_higher(connection, higher)}
    return tiles.nodes(lambda level, number: found.get((level, number), b""), edge)


def _lowest(connection: Connection, numbers: Iterable[int]) -> dict[Numbers, bytes]:
    firsts, more = [number * tiles.WIDTH_MAX + 1 for number in numbers], tiles.WIDTH_MAX - 1
    if connection.dialect.name == "sqlite":
        rows = _rows(connection, _LOWEST_SQLITE, (_json(firsts), more))
    else:
        rows = _rows(connection, _LOWEST_POSTGRES, (bigints(firsts), more))
    found = defaultdict[Numbers, list[bytes]](list)
    for first, hashes in rows:
        found[0, first // tiles.WIDTH_MAX].append(bytes(hashes))
    return {tile: b"".join(parts) for tile, parts in found.items()}


def _higher(connection: Connection, wanted: Sequence[Numbers]) -> dict[Numbers, bytes]:
    if connection.dialect.name == "sqlite":
        levels = defaultdict[int, list[int]](list)
        for level, number in wanted:
            levels[level].append(number)
        rows = _rows(connection, _HIGHER_SQLITE, (_json(levels),))
    else:
        asked = (ints([level for level, _ in wanted]), bigints([number for _, number in wanted]))
        rows = _rows(connection, _HIGHER_POSTGRES, asked)
    return {(level, number): bytes(hashes) for level, number, hashes in rows}


def _json(wanted: object) -> str:
    return dumps(wanted, option=OPT_NON_STR_KEYS).decode()


def _rows(connection: Connection, asked: str, values: tuple[Any, ...]) -> Sequence[Any]:
    return store.binary(connection).exec_driver_sql(asked, values).fetchall()
