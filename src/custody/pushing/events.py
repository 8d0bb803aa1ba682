"""How is whoever subscribed to a query of EPCIS told its events, as they are recorded?"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from json import loads
from typing import Any, Final, NamedTuple

import orjson

from custody.access import Scope
from custody.exchange import asked, finding, indexing, telling
from custody.exchange.answering import Found
from custody.exchange.ordering import Key
from custody.exchange.tables import EVENTS_A_RECORD
from custody.feed import Following
from custody.feed.looking import looked
from custody.ledger import Ledger
from custody.ledger.errors import translated
from custody.pushing import schedule
from custody.pushing.subscription import Subscription
from custody.terms import Millis, Position

LOOK_S: Final = 0.2
"""How often it looks whether the index of events has grown."""

STRETCH_MAX: Final = 1_000
"""Records of which it looks for events at once."""


class Query(NamedTuple):
    """A named query as it was when it was subscribed to: changed later, it is another."""

    name: str
    parameters: dict[str, list[str]]
    prefixes: dict[str, str]
    format: telling.Format
    schedule: dict[str, str] | None = None
    """When its events are told; without one, as they are recorded."""
    report_if_empty: bool = False
    """Whether it is also said at its times that there is nothing to tell."""

    def written(self) -> str:
        """Write it to be kept."""
        return orjson.dumps(self._asdict()).decode()


class OfRecord(NamedTuple):
    """The events of one record; or that there were none up to it."""

    position: Position
    found: Sequence[Found]
    due: Millis | None = None
    """At which time of its schedule there was nothing, if that is what is told."""

    @property
    def size(self) -> int:
        """How many bytes they take, about."""
        return sum(len(one.said) + len(one.context) for one in self.found)


class Events:
    """The events of a query, in the order in which they were recorded."""

    def __init__(
        self,
        ledger: Ledger,
        following: Following,
        one: Subscription,
        scope: Scope,
        clock: Callable[[], Millis],
    ) -> None:
        query = query_of(one)
        wanted = asked.read(query.parameters, query.prefixes)
        self._asked = replace(wanted, order="recordTime", descending=False, limit=None)
        self._ledger = ledger
        self._engine = ledger.engine
        self._following = following
        self._scope = scope
        self._clock = clock
        self._schedule = None if query.schedule is None else schedule.read(query.schedule)
        self._reports = query.report_if_empty
        self._due = self._due_after(clock())

    async def listen(
        self, after: Position, every_s: float
    ) -> AsyncIterator[tuple[Position, Sequence[OfRecord]]]:
        """Yield the events of the next records, without end until deliveries are stopped."""
        passing = asyncio.get_running_loop().time
        said, nothing, end = passing(), True, None
        while not self._following.stopped:
            until, found, due = after, list[OfRecord](), self._due <= self._clock()
            if due:
                end = await looked(self._ledger, self._end) if end is None else end
                until, found = await looked(self._ledger, self._next, after)
            if until > after or passing() - said >= every_s:
                said, after = passing(), until
                nothing = nothing and not found
                yield after, found
                continue
            if end is not None and after >= end:  # all is told that there was when it was due
                if nothing:
                    yield after, self._nothing(after, self._due)
                self._due, nothing, end = self._due_after(self._due), True, None
            await asyncio.sleep(LOOK_S)

    def read(self, after: Position, until: Position) -> list[OfRecord] | None:
        """Return the events of a stretch; None if not all of it is indexed yet."""
        told = list[OfRecord]()
        while after < until:
            reached, found = self._next(after, until)
            if reached == after:
                return None
            told += found
            after = reached
        if told or self._next(until)[1]:  # there is something to tell by now
            return told
        return self._nothing(until)

    def _nothing(self, position: Position, due: Millis | None = None) -> list[OfRecord]:
        """Say that there is nothing to tell, to whoever wants to hear so."""
        if not self._reports or self._schedule is None:
            return []
        return [OfRecord(position, [], due or self._schedule.last(self._clock()))]

    def _due_after(self, at: Millis) -> Millis:
        """Return when something is told next: at once, without a schedule."""
        if self._schedule is None:
            return 0
        due = self._schedule.after(at)
        assert due is not None, "looked at when it was made"
        return due

    def _end(self) -> Position:
        """Say how far it has to have come before it is over for this time of its schedule.

        The index and the projections may be behind what was recorded before that. Without a
        schedule, no time is ever over.
        """
        return 0 if self._schedule is None else self._ledger.head().position

    def _next(
        self, after: Position, until: Position | None = None
    ) -> tuple[Position, list[OfRecord]]:
        last = self._last(after, until)
        if last <= after:
            return after, []
        start = Key((0,), (after + 1) * EVENTS_A_RECORD - 1)
        size = EVENTS_A_RECORD + 1
        with translated(), self._engine.connect() as connection:
            rows, onward = finding.page(connection, self._asked, self._scope, last, start, size)
        told = [*_by_record(rows)]
        if onward is not None:
            last = onward.place // EVENTS_A_RECORD - 1  # its record may have more
            told = [one for one in told if one.position <= last]
        return last, told

    def _last(self, after: Position, until: Position | None) -> Position:
        """Return how far events may be told at once: indexed, and known to all other queries."""
        with translated(), self._engine.connect() as connection:
            indexed = indexing.position(connection) or 0
        last = min(indexed, after + STRETCH_MAX, indexed if until is None else until)
        return after if last <= after else min(last, self._following.known.reached(last))


def document(one: Subscription, told: Sequence[OfRecord]) -> bytes:
    """Write events as an EPCISQueryDocument that says which query and subscription it answers.

    It is as old as its last event, or as the time at which there was none: sent again, it is the
    same.
    """
    query = query_of(one)
    found = [event for each in told for event in each.found]
    due = due_of(told)
    at = found[-1].recorded_at if found else one.created_at if due is None else due
    return orjson.dumps(telling.document(found, at, query.format, query.name, one.id))


def due_of(told: Sequence[OfRecord]) -> Millis | None:
    """Return the time at which there was nothing to tell, if that is what is told."""
    return told[0].due if told else None


def query_of(one: Subscription) -> Query:
    """Return the query of a subscription to one."""
    assert one.asked is not None, "kept with its envelope"
    said: dict[str, Any] = loads(one.asked)
    return Query(**said)


def _by_record(rows: Iterable[Found]) -> Iterable[OfRecord]:
    for position, found in groupby(rows, lambda row: row.place // EVENTS_A_RECORD):
        yield OfRecord(position, [*found])
