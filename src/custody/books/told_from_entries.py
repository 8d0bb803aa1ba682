"""How is a book told whose lines are movements of one kind, and not batteries?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from custody.books import behind
from custody.books.asking import Asked
from custody.books.behind import Behind
from custody.books.book import Line, Sources, place, written
from custody.books.columns import SOURCE, TIME, Column
from custody.events import Movement
from custody.events.fact import type_ranks
from custody.projections import entries
from custody.projections.tables import Row

Telling = Callable[[Sources, Asked, Sequence[Behind]], list[Row]]
"""Says of movements what only their book tells."""


@dataclass(frozen=True)
class Listed:
    """A book with a line for each movement of some types."""

    name: str
    zh: str
    en: str
    types: frozenset[str]
    particulars: Sequence[Column]
    telling: Telling

    @property
    def columns(self) -> Sequence[Column]:
        """Return when, what, and who recorded it."""
        return (TIME, *self.particulars, *SOURCE)

    def lines(
        self, sources: Sources, asked: Asked, after: str | None, limit: int
    ) -> Sequence[Line]:
        """Return so many lines past a place."""
        last = place(after)
        span = (asked.span.first, asked.span.end)
        found = entries.listing(
            sources.connection, asked.site, self.types, span,
            known=asked.known, after=last and last[:3], limit=limit,
        )  # fmt: skip
        ids = [row["movement"] for row in found]
        known = behind.movements(sources.ledger, ids, asked.known)
        told = self.telling(sources, asked, [known[id_] for id_ in ids])
        return [
            Line(
                written(row["occurred_at"], type_ranks[row["type"]], row["movement"], 1),
                {
                    "occurred_at": row["occurred_at"],
                    **particulars,
                    **behind.source(known[row["movement"]]),
                },
            )
            for row, particulars in zip(found, told, strict=True)
        ]

    def totals(self, sources: Sources, asked: Asked) -> Row:
        """Return how many lines there are."""
        return {"lines": self.size(sources, asked)}

    def size(self, sources: Sources, asked: Asked) -> int:
        """Return how many lines there are."""
        span = (asked.span.first, asked.span.end)
        return entries.count(sources.connection, asked.site, self.types, span, asked.known)


def each(tell: Callable[[Movement], Row]) -> Telling:
    """Tell each movement by what it says itself."""
    return lambda _sources, _asked, found: [tell(one.fact) for one in found]
