"""What is a projection, and what does it hear of a batch of facts?"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol

from sqlalchemy import Column, Table

from custody.events import Movement, NumbersIssued, Registration
from custody.events.journey import Codes, Step
from custody.events.whereabouts import Whereabouts
from custody.projections.tables import Row
from custody.terms import Position

Recorded = tuple[Position, Movement]
"""A movement and its place in the ledger."""

Revision = tuple[Position, Sequence[Step]]
"""What was believed from a position of the ledger on: further steps, or all of them anew."""


@dataclass(slots=True)
class Turn:
    """What a batch did to one battery: what we believed before it, and since each of its facts."""

    ref: str
    before: Whereabouts | None
    """None of a battery that nothing was known of."""
    revisions: Sequence[Revision]
    """One for each fact about it, in the order they were recorded."""
    now: Whereabouts
    facts: int
    """How many facts there are about it, those that do not count included."""
    latest: str
    """Its last fact in effective order; text that sorts as the order does."""
    whole: bool
    """Each revision tells the whole journey: a fact came late, or took back, or joined codes."""
    codes: Codes
    """All codes of the pack. It is kept under the first; under the others there is nothing."""


@dataclass(slots=True)
class Batch:
    """What happened between two positions of the ledger."""

    turns: dict[str, Turn] = field(default_factory=dict)
    """By battery."""
    consignments: dict[str, list[Movement]] = field(default_factory=dict)
    """All facts so far about each consignment that the batch touches."""
    orders: dict[str, list[Movement]] = field(default_factory=dict)
    """All steps so far of each order of which the batch has one."""
    registrations: list[Registration] = field(default_factory=list)
    issues: list[NumbersIssued] = field(default_factory=list)
    movements: dict[str, list[Recorded]] = field(default_factory=dict)
    """Every movement of the batch by its type, in the order they were recorded: most projections
    look at a few types alone."""
    taken_back: dict[str, list[Recorded]] = field(default_factory=dict)
    """All facts so far about each movement that the batch voids or corrects, itself among them."""

    def of_types(self, types: Iterable[str]) -> Iterator[Recorded]:
        """Yield the movements of some types."""
        return chain.from_iterable(self.movements.get(one, ()) for one in types)


@dataclass(slots=True)
class Change:
    """What is to be written into one table: rows of these keys are cleared, then these rows put."""

    table: Table
    rows: Sequence[Row]
    clear: tuple[str, Collection[str]] | None = None


class Projection(Protocol):
    """A question that we keep an answer ready for: tables, and a pure function to fill them."""

    @property
    def name(self) -> str:
        """What it is called on the command line."""

    @property
    def tables(self) -> tuple[Table, ...]:
        """Where its answers are kept."""

    def wants(self, batch: Batch) -> tuple[Column[str], Collection[str]] | None:
        """Name the rows that it must see before it can say what changes."""

    def changes(self, batch: Batch, rows: Sequence[Row]) -> list[Change]:
        """Say what changes, given the batch and the rows it asked to see."""
