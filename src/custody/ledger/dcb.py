"""How the ledger keeps the contract of `eventsourcing.dcb`, so that its suite can examine it."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBReadResponse,
    DCBRecorder,
    DCBSequencedEvent,
    DCBSubscription,
)
from eventsourcing.persistence import IntegrityError, ProgrammingError

from custody.ledger.errors import Moved
from custody.ledger.ledger import EVERYTHING, Everything, Ledger
from custody.ledger.records import Entry, Record

RECORDS_AT_ONCE = 1_000
# The contract's events have no version; ours all have one.
VERSION = 1


class DCBLedger(DCBRecorder):
    """The contract over a ledger: tags are subjects, and any query is answered."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> DCBReadResponse:
        query = query or DCBQuery()
        # The end is read first: what is recorded meanwhile belongs to the next reading.
        head = self._ledger.head().position
        found = self._matching(query, after or 0, head)
        if limit is None:
            return _Response(found, head or None)
        some = list(islice(found, limit))
        return _Response(iter(some), some[-1].position if some else None)

    def append(
        self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None
    ) -> int:
        if not events:
            raise ProgrammingError("Should be at least one event")
        entries = [Entry(e.type, VERSION, e.data, tuple(dict.fromkeys(e.tags))) for e in events]
        if condition is None:
            return self._ledger.append(entries, now=_now()).last
        query, after = condition.fail_if_events_match, condition.after or 0
        reads = _reads(query)
        while True:
            head = self._ledger.head().position
            if next(self._matching(query, after, head), None) is not None:
                raise IntegrityError(condition)
            try:
                return self._ledger.append(entries, now=_now(), reads=reads, after=head).last
            except Moved:
                # Something came that may match or not: look at what is new, and at no more.
                after = max(after, head)

    def subscribe(
        self, query: DCBQuery | None = None, *, after: int | None = None
    ) -> DCBSubscription[DCBLedger]:
        return _DCBSubscription(self, self._ledger, query, after)

    def _matching(self, query: DCBQuery, after: int, head: int) -> Iterator[DCBSequencedEvent]:
        reads = _reads(query)
        if isinstance(reads, Everything):
            records = self._all(after)
        else:
            records = iter(self._ledger.read(reads, after=after).records)
        for record in records:
            if record.position > head:
                return
            if _matches(query, record):
                yield _sequenced(record)

    def _all(self, position: int) -> Iterator[Record]:
        while records := self._ledger.since(position, RECORDS_AT_ONCE):
            yield from records
            position = records[-1].position


class _Response(DCBReadResponse):
    def __init__(self, events: Iterator[DCBSequencedEvent], head: int | None) -> None:
        self._events = events
        self._head = head

    @property
    def head(self) -> int | None:
        return self._head

    def __next__(self) -> DCBSequencedEvent:
        return next(self._events)


class _DCBSubscription(DCBSubscription[DCBLedger]):
    def __init__(
        self, recorder: DCBLedger, ledger: Ledger, query: DCBQuery | None, after: int | None
    ) -> None:
        super().__init__(recorder, query, after)
        self._records = ledger.subscribe(after or 0)

    def __next__(self) -> DCBSequencedEvent:
        for record in self._records:
            if _matches(self._query or DCBQuery(), record):
                return _sequenced(record)
        raise StopIteration

    def stop(self) -> None:
        super().stop()
        self._records.stop()


def _reads(query: DCBQuery) -> Collection[str] | Everything:
    """Subjects that every match has one of; everything, where a match needs no tag."""
    if not query.items or any(not item.tags for item in query.items):
        return EVERYTHING
    return {item.tags[0] for item in query.items}


def _matches(query: DCBQuery, record: Record) -> bool:
    return not query.items or any(_item_matches(item, record) for item in query.items)


def _item_matches(item: DCBQueryItem, record: Record) -> bool:
    return (not item.types or record.type in item.types) and set(item.tags) <= set(record.subjects)


def _sequenced(record: Record) -> DCBSequencedEvent:
    return DCBSequencedEvent(
        DCBEvent(record.type, record.data, list(record.subjects)), record.position
    )


def _now() -> int:
    return time.time_ns() // 1_000_000
