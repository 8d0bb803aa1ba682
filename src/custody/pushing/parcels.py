"""What is sent for a stretch of the ledger? Bodies and headers, by the envelope that is wanted.

Whoever has another body to send writes a `Form`, and puts it into FORMS under a name of its own and
its way of signing into SIGNS; order, cursor, retries and dead letters stay what they are.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

from custody.feed import Told
from custody.pushing import signing
from custody.pushing.events import OfRecord, document, due_of
from custody.pushing.subscription import EPCIS, Subscription
from custody.terms import Millis, Position

FACTS_MAX: Final = 100
"""Facts of a delivery."""

BYTES_MAX: Final = 262_144
"""Bytes of a delivery, unless its only fact has more."""


class Stretch(NamedTuple):
    """A part of the ledger, and what of it is told."""

    after: Position
    until: Position
    told: Sequence[Any]
    """Each with its `position`, as its source tells it."""


class Parcel(NamedTuple):
    """What is sent."""

    id: str
    """The same at each attempt: whoever has taken it once need not take it again."""
    content: bytes
    headers: Mapping[str, str] = {}


class Form(Protocol):
    """Writes a stretch as one kind of receiver reads it."""

    def size(self, told: Any) -> int:
        """Say how many bytes a fact takes."""

    def headers(self, one: Subscription) -> Mapping[str, str]:
        """Say what kind of body it is, and what else its receivers expect to be told."""

    def write(self, one: Subscription, stretch: Stretch) -> bytes:
        """Write the body."""


Signs = Callable[[Sequence[bytes], str, Millis, bytes], Mapping[str, str]]
"""Signs a body with some secrets, under an id, at a moment; returns headers."""


class Items:
    """Facts as the feed tells them, and how far the receiver will then have come."""

    def size(self, told: Told) -> int:
        return len(told.written("item"))

    def headers(self, one: Subscription) -> Mapping[str, str]:
        return {"content-type": "application/json", "custody-subscription": one.id}

    def write(self, one: Subscription, stretch: Stretch) -> bytes:
        return b'{"subscription":"%s","after":%d,"next":%d,"items":[%s]}' % (
            one.id.encode(),
            stretch.after,
            stretch.until,
            b",".join([each.written("item") for each in stretch.told]),
        )


class CloudEvents:
    """A batch as CloudEvents has it (formats/json-format.md, 4)."""

    def size(self, told: Told) -> int:
        return len(told.written("cloudevent"))

    def headers(self, one: Subscription) -> Mapping[str, str]:
        batch = "application/cloudevents-batch+json"
        return {"content-type": batch, "custody-subscription": one.id}

    def write(self, _one: Subscription, stretch: Stretch) -> bytes:
        return b"[%s]" % b",".join([each.written("cloudevent") for each in stretch.told])


class Events:
    """The events of a query, as EPCIS has it."""

    def size(self, told: OfRecord) -> int:
        return told.size

    def headers(self, one: Subscription) -> Mapping[str, str]:
        return {"content-type": "application/json", "custody-subscription": one.id}

    def write(self, one: Subscription, stretch: Stretch) -> bytes:
        return document(one, stretch.told)


FORMS: Final[dict[str, Form]] = {"item": Items(), "cloudevent": CloudEvents(), EPCIS: Events()}

SIGNS: Final[dict[str, Signs]] = {
    "item": signing.headers,
    "cloudevent": signing.headers,
    EPCIS: signing.gs1_headers,
}


def parcel(one: Subscription, round_: int, stretch: Stretch) -> Parcel:
    """Write what is sent for a stretch."""
    form = FORMS[one.envelope]
    due = due_of(stretch.told) if one.envelope == EPCIS else None
    until = stretch.until if due is None else -due  # that there is nothing may be said again later
    id_ = signing.message_id(one.id, round_, stretch.after, until)
    return Parcel(id_, form.write(one, stretch), form.headers(one))


def trial(one: Subscription, id_: str) -> Parcel:
    """Write a delivery that tells nothing: whether it arrives and its signature is good."""
    form = FORMS[one.envelope]
    return Parcel(id_, form.write(one, Stretch(0, 0, ())), form.headers(one))


def signed(
    one: Subscription, secrets: Sequence[bytes], parcel: Parcel, at: Millis
) -> dict[str, str]:
    """Return all headers of a parcel."""
    return {**parcel.headers, **SIGNS[one.envelope](secrets, parcel.id, at, parcel.content)}


def first(
    envelope: str, after: Position, until: Position, told: Sequence[Any], at_once: int
) -> Stretch:
    """Cut off as much of what is told up to a position as one delivery may carry."""
    size = FORMS[envelope].size
    bytes_ = 0
    for count, one in enumerate(told):
        bytes_ += size(one)
        if count and (count >= at_once or bytes_ > BYTES_MAX):
            return Stretch(after, told[count - 1].position, told[:count])
    return Stretch(after, until, told)
