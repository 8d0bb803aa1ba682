"""盘点: does the shelf have what the book has, and what has explained the difference since?

The shelf is compared with the book of the moment at which it was frozen. Twice: as the book was
known when the last of the stock-take was recorded, and as it is known now, for a movement that
comes late may explain a difference, or make one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from custody.books import behind
from custody.books.behind import Behind
from custody.books.book import Sources
from custody.books.shelf import Counted, View, explained, view
from custody.events import StockTaken
from custody.ledger import Record
from custody.projections import entries
from custody.projections.tables import Row
from custody.terms import Position, millis


@dataclass(frozen=True, slots=True)
class Difference:
    """A battery that is on the book and not on the shelf, or the other way round."""

    battery: str
    at_counting: bool
    """So it was, by the book as it was known when it was counted."""
    now: bool
    """So it is, by the book as it is known now."""
    stay: Row
    """What the book has of it, if anything."""
    because: Record | None
    """What was recorded since, and made the one into the other."""


@dataclass(frozen=True, slots=True)
class Take:
    """A stock-take, all its steps together, against the book."""

    name: str
    steps: Sequence[Behind]
    of: Counted
    on_book: int
    matched: Sequence[str]
    missing: Sequence[Difference]
    surplus: Sequence[Difference]


def find(sources: Sources, site: str, name: str, known: Position) -> Take | None:
    """Return a stock-take of a site as known at a position; None if there is none."""
    ids = entries.of_take(sources.connection, site, name, known)
    if not ids:
        return None
    found = behind.movements(sources.ledger, ids, known)
    steps = [found[id_] for id_ in ids]
    of = _counted(site, steps)
    counted_at = max(one.record.position for one in steps)
    then, now = view(sources, of, counted_at), view(sources, of, known)
    changed = (then.missing ^ now.missing) | (then.surplus ^ now.surplus)
    because = explained(sources, of, changed, (counted_at, known))

    def differences(at_counting: frozenset[str], today: frozenset[str]) -> Iterator[Difference]:
        for ref in sorted(at_counting | today):
            row = now.book.get(ref) or then.book.get(ref) or {}
            yield Difference(ref, ref in at_counting, ref in today, row, because.get(ref))

    return Take(
        name=name,
        steps=steps,
        of=of,
        on_book=len(now.book),
        matched=_matched(now),
        missing=list(differences(then.missing, now.missing)),
        surplus=list(differences(then.surplus, now.surplus)),
    )


def _counted(site: str, steps: Sequence[Behind]) -> Counted:
    facts = [one.fact for one in steps if isinstance(one.fact, StockTaken)]
    opened = next((one for one in facts if one.step == "open"), facts[0])
    return Counted(
        site=site,
        at=millis(opened.frozen_at),
        movements=frozenset(one.id for one in facts),
        refs=frozenset(ref for one in facts for ref in one.counted),
        scopes=frozenset(one.scope for one in facts if one.scope is not None),
    )


def _matched(now: View) -> list[str]:
    return sorted(now.counted & now.book.keys())
