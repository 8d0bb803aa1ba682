"""How is a recorded fact told to those who follow? As an item of the feed, or as a CloudEvent."""

from collections.abc import Collection
from typing import Any, Final, Literal, get_args

import msgspec
import orjson

from custody.access import Place
from custody.events.fact import type_ranks
from custody.ledger import Record
from custody.terms import Position, in_utc, rfc3339

Envelope = Literal["item", "cloudevent"]
ENVELOPES: Final[tuple[Envelope, ...]] = get_args(Envelope)

SOURCE: Final = "/v1/facts"
"""Where the facts come from, as a CloudEvent says it: relative to the service's own address."""

TYPE: Final = "custody."
"""What stands before a fact's type in a CloudEvent, whose types should not clash with others'."""


class _Said(msgspec.Struct):
    """What of a movement stands outside its body too; no more of it is read."""

    id: str
    occurred_at: str


_said: Final = msgspec.json.Decoder(_Said).decode


class Told:
    """A record, where it concerns whom, and the bytes that tell it: written once, sent to many."""

    __slots__ = ("_events", "_written", "places", "record")

    def __init__(self, record: Record, places: Collection[Place] = ()) -> None:
        self.record = record
        self.places = tuple(places)
        """Its sites: whose they are and where they lie, where that was asked for."""
        self._written: dict[str, bytes] = {}
        self._events: dict[str, bytes] = {}

    @property
    def position(self) -> Position:
        """Its place in the ledger's one order."""
        return self.record.position

    @property
    def subjects(self) -> Collection[str]:
        """Whom it concerns."""
        return self.record.subjects

    def said(self, envelope: Envelope) -> dict[str, Any]:
        """Return what is said of it, to be written once along with others."""
        return _SAYS[envelope](self.record)

    def written(self, envelope: Envelope) -> bytes:
        """Return it as JSON, in one line."""
        text = self._written.get(envelope)
        if text is None:
            text = self._written[envelope] = orjson.dumps(self.said(envelope))
        return text

    def event(self, envelope: Envelope) -> bytes:
        """Return it as a server-sent event, whose id is its position."""
        # Its bytes are not kept a second time by themselves: few are both streamed and pushed.
        text = self._events.get(envelope)
        if text is None:
            text = self._events[envelope] = b"id: %d\nevent: %s\ndata: %s\n\n" % (
                self.position,
                self.record.type.encode(),
                orjson.dumps(self.said(envelope)),
            )
        return text


def item(record: Record) -> dict[str, Any]:
    """Tell a record as the feed does. Only a movement has an id, and a time when it happened.

    Of one that was destroyed neither is left, nor what it said.
    """
    id_ = occurred_at = None
    if record.type in type_ranks and not record.redacted:
        said = _said(record.data)
        id_, occurred_at = said.id, in_utc(said.occurred_at)
    return {
        "position": record.position,
        "id": id_,
        "type": record.type,
        "version": record.version,
        "occurred_at": occurred_at,
        "recorded_at": rfc3339(record.recorded_at),
        "subjects": record.subjects,
        "data": None if record.redacted else orjson.Fragment(record.data),
    }


def cloud_event(record: Record) -> dict[str, Any]:
    """Tell a record as CloudEvents 1.0 does: what it says as `data`, all else as attributes.

    A movement's own id is the event's; what is no movement goes by its position. Source:
    github.com/cloudevents/spec, spec.md and formats/json-format.md, version 1.0.2.
    """
    told = item(record)
    return {
        "specversion": "1.0",
        "id": told["id"] or f"position:{record.position}",
        "source": SOURCE,
        "type": TYPE + record.type,
        "subject": record.subjects[0] if record.subjects else record.type,
        "time": told["occurred_at"] or told["recorded_at"],
        "datacontenttype": "application/json",
        "position": record.position,
        "factversion": record.version,
        "recordedat": told["recorded_at"],
        "subjects": " ".join(record.subjects),
        "data": told["data"],
    }


_SAYS: Final = {"item": item, "cloudevent": cloud_event}
