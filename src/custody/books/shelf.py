"""What did the book have on the shelf that was counted, as known at a position of the ledger?"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from custody.books import journeys
from custody.books.book import Sources
from custody.ledger import Record
from custody.projections.stays import in_stock_at, stay
from custody.projections.tables import Row, load
from custody.terms import Millis, Position

_KNOWN = ("known_from", "end_known_from", "known_to")


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, and when the shelf was frozen for it."""

    site: str
    at: Millis
    movements: frozenset[str]
    """The stock-take's own: what they put into the book is not held against the shelf."""
    refs: frozenset[str]
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class View:
    """The shelf and the book, as known at one position."""

    book: Mapping[str, Row]
    """The stay of each battery that the book had there."""
    counted: frozenset[str]
    """The batteries on the shelf, each by the first of its codes."""

    @property
    def missing(self) -> frozenset[str]:
        """What is on the book and not on the shelf."""
        return frozenset(self.book.keys() - self.counted)

    @property
    def surplus(self) -> frozenset[str]:
        """What is on the shelf and not on the book."""
        return frozenset(self.counted - self.book.keys())


def view(sources: Sources, of: Counted, known: Position) -> View:
    """Look at the shelf and at the book of the moment when it was frozen.

    Of a part of the site the book is what was counted there, and whatever the ledger has in those
    places: the stays do not tell places.
    """
    asked = select(stay).where(
        stay.c.site == of.site, *in_stock_at(of.at, known), stay.c.began_by.not_in(of.movements)
    )
    rows = {row["battery"]: dict(row) for row in sources.connection.execute(asked).mappings()}
    # A pack of several codes stands on the book under the first.
    first = journeys.first_codes(sources.ledger, of.refs - rows.keys(), known)
    counted = frozenset(first.get(ref, ref) for ref in of.refs)
    if of.scopes:
        others = rows.keys() - counted
        elsewhere = {
            ref
            for ref, believed in journeys.believed(sources.ledger, others, of.at, known)
            if believed["place"] not in of.scopes
        }
        rows = {ref: row for ref, row in rows.items() if ref not in elsewhere}
    return View(rows, counted)


def explained(
    sources: Sources, of: Counted, refs: Collection[str], between: tuple[Position, Position]
) -> dict[str, Record]:
    """Return the record that made of each battery what the book has of it at the later position.

    Where the stays do not tell, as when two codes were joined, it is the last record about it.
    """
    first, last = between
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in load(sources.connection, stay.c.battery, sorted(refs)):
        if row["site"] == of.site and row["began_by"] not in of.movements:
            rows[row["battery"]].append(row)
    found: dict[str, Record] = {}
    for ref in refs:
        changed = _last_change(rows[ref], of.at, first, last)
        if changed:
            (found[ref],) = sources.ledger.since(changed - 1, 1)
            continue
        about = sources.ledger.read([f"battery:{ref}"], after=first).records
        known = [one for one in about if one.position <= last]
        if known:
            found[ref] = known[-1]
    return found


def _last_change(rows: Sequence[Row], at: Millis, first: Position, last: Position) -> Position:
    """Return the last position that took a battery from the book or put it there; 0 if none did."""
    positions = {row[name] for row in rows for name in _KNOWN if row[name] is not None}
    changed, had = 0, _has(rows, at, first)
    for position in sorted(one for one in positions if first < one <= last):
        has = _has(rows, at, position)
        if has != had:
            changed = position
        had = has
    return changed


def _has(rows: Iterable[Row], at: Millis, known: Position) -> bool:
    return any(
        row["known_from"] <= known
        and (row["known_to"] is None or row["known_to"] > known)
        and row["since"] <= at
        and (row["until"] is None or row["until"] > at or row["end_known_from"] > known)
        for row in rows
    )
