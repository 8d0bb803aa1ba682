"""Which histories are the laws of the books tried on, and how is every book read?"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from custody import books
from custody.books import Asked, Sources, Span
from custody.events import Movement, Registration
from custody.ledger import Entry, Ledger, Record
from custody.projections.freshness import snapshot
from custody.projections.tables import Row
from custody.projector import Projector
from custody.terms import DAY, HOUR, MINUTE, Millis, Position, millis, rfc3339
from tests import given
from tests.projections.bookkeeping import empty
from tests.projections.kept import records
from tests.strategies import histories, in_batches

Batches = list[list[Movement]]

STRETCH = 12 * HOUR // MINUTE
"""The strategies' minutes become half days: mornings and evenings of three days."""

MIDNIGHT: Millis = millis(datetime(2026, 3, 1, 16, tzinfo=UTC))
"""When the first of those days begins."""

WHOLE = Span(MIDNIGHT, MIDNIGHT + 8 * DAY)
positions = st.integers(0, 20)
"""As far as a ledger of these histories goes, and a little farther."""

EVER: Position = 1_000_000

cuts = st.builds(
    lambda half_days, off: given.monday + half_days * 12 * HOUR + off,
    st.integers(-1, 6),
    st.sampled_from((0, 0, 1, -1, -9 * HOUR)),
)
"""Instants at which something happens, those beside them, and a midnight."""

spans = st.tuples(cuts, cuts).filter(lambda two: two[0] < two[1]).map(lambda two: Span(*two))


def stretched(fact: Movement) -> Movement:
    """Return the same movement, under its own id, as many half days on as it was minutes."""

    def later(at: Millis) -> Millis:
        return given.monday + (at - given.monday) * STRETCH

    said = json.loads(given.data(fact))
    if "occurred_at" in said.get("values", {}):
        moved = millis(datetime.fromisoformat(said["values"]["occurred_at"]))
        said["values"]["occurred_at"] = rfc3339(later(moved))
    kept = {name: said[name] for name in said if name not in ("type", "occurred_at", "site")}
    made: Movement = given.movement(fact.type, later(fact.at), fact.site, kept)
    return made


def lives() -> st.SearchStrategy[Batches]:
    """Any history over three days, recorded in batches of any size."""
    return histories().map(lambda facts: [*map(stretched, facts)]).flatmap(in_batches)


def told(
    ledger: Ledger,
    batches: Batches,
    size: int = 3,
    registrations: Sequence[Registration] = (),
) -> None:
    """Record movements from nothing, and project them meanwhile, so many records at once."""
    empty(ledger)
    projector = Projector(ledger, records_max=size)
    if registrations:
        ledger.append([entry(one) for one in records(registrations)], now=given.monday)
    known = 0
    facts = list({fact.id: fact for batch in batches for fact in batch}.values())
    entries = [entry(one) for one in records(facts)]
    for batch in batches:
        # Recorded as they are: what a decision would remark on is no matter of the books.
        ledger.append(entries[known : known + len(batch)], now=given.next_monday + known)
        known += len(batch)
        projector.step()
    projector.catch_up()


def replayed(ledger: Ledger, until: Position, size: int = 3) -> None:
    """Let the ledger be as it was at a position, and project it from nothing."""
    past = ledger.since(0, until)
    empty(ledger)
    for one in past:
        ledger.append([entry(one)], now=one.recorded_at)
    Projector(ledger, records_max=size).catch_up()


def entry(record: Record) -> Entry:
    """Return what was handed to the ledger when a record was made."""
    return Entry(*(getattr(record, name) for name in Entry._fields))


def asked(site: str, span: Span = WHOLE, known: Position = EVER, now: Millis = 0) -> Asked:
    return Asked(site, span, known, now)


def lines(ledger: Ledger, name: str, of: Asked, limit: int = 1_000) -> list[Row]:
    """Return all lines of a book, page by page."""
    found: list[Row] = []
    place = None
    while True:
        with snapshot(ledger.engine) as (connection, _):
            page = books.BY_NAME[name].lines(Sources(connection, ledger), of, place, limit)
        found += [line.row for line in page]
        if len(page) < limit:
            return found
        place = page[-1].place


def totals(ledger: Ledger, name: str, of: Asked) -> Row:
    with snapshot(ledger.engine) as (connection, _):
        return books.BY_NAME[name].totals(Sources(connection, ledger), of)


def size(ledger: Ledger, name: str, of: Asked) -> int:
    with snapshot(ledger.engine) as (connection, _):
        return books.BY_NAME[name].size(Sources(connection, ledger), of)


def every_book(ledger: Ledger, of: Asked) -> dict[str, Any]:
    """Return all lines and totals of all of a site's books."""
    return {
        book.name: (lines(ledger, book.name, of), totals(ledger, book.name, of))
        for book in books.ALL
    }
