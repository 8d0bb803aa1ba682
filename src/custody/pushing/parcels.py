"""What is sent for a stretch of the ledger? Bodies and headers, by the envelope that is wanted.

Whoever has another body to send (the events of an EPCIS query, say) writes a `Form`, and puts it
into FORMS under a name of its own and its way of signing into SIGNS; order, cursor, retries and
dead letters stay what they are.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from custody.feed import Told
from custody.pushing import signing
from custody.terms import Millis, Position

FACTS_MAX: Final = 100
"""Facts of a delivery."""

BYTES_MAX: Final = 262_144
"""Bytes of a delivery, unless its only fact has more."""


class Stretch(NamedTuple):
    """A part of the ledger, and what of it is told."""

    after: Position
    until: Position
    told: Sequence[Told]


class Parcel(NamedTuple):
    """What is sent."""

    id: str
    """The same at each attempt: whoever has taken it once need not take it again."""
    content: bytes
    headers: Mapping[str, str] = {}


class Form(Protocol):
    """Writes a stretch as one kind of receiver reads it."""

    content_type: str

    def size(self, told: Told) -> int:
        """Say how many bytes a fact takes."""

    def write(self, subscription: str, stretch: Stretch) -> bytes:
        """Write the body."""


Signs = Callable[[Sequence[bytes], str, Millis, bytes], Mapping[str, str]]
"""Signs a body with some secrets, under an id, at a moment; returns headers."""


class Items:
    """Facts as the feed tells them, and how far the receiver will then have come."""

    content_type = "application/json"

    def size(self, told: Told) -> int:
        return len(told.written("item"))

    def write(self, subscription: str, stretch: Stretch) -> bytes:
        return b'{"subscription":"%s","after":%d,"next":%d,"items":[%s]}' % (
            subscription.encode(),
            stretch.after,
            stretch.until,
            b",".join([one.written("item") for one in stretch.told]),
        )


class CloudEvents:
    """A batch as CloudEvents has it (formats/json-format.md, 4)."""

    content_type = "application/cloudevents-batch+json"

    def size(self, told: Told) -> int:
        return len(told.written("cloudevent"))

    def write(self, subscription: str, stretch: Stretch) -> bytes:
        return b"[%s]" % b",".join([one.written("cloudevent") for one in stretch.told])


FORMS: Final[dict[str, Form]] = {"item": Items(), "cloudevent": CloudEvents()}

SIGNS: Final[dict[str, Signs]] = {"item": signing.headers, "cloudevent": signing.headers}


def parcel(envelope: str, subscription: str, round_: int, stretch: Stretch) -> Parcel:
    """Write what is sent for a stretch."""
    form = FORMS[envelope]
    return Parcel(
        signing.message_id(subscription, round_, stretch.after, stretch.until),
        form.write(subscription, stretch),
        {"content-type": form.content_type, "custody-subscription": subscription},
    )


def trial(envelope: str, subscription: str, id_: str) -> Parcel:
    """Write a delivery that tells nothing: whether it arrives and its signature is good."""
    form = FORMS[envelope]
    headers = {"content-type": form.content_type, "custody-subscription": subscription}
    return Parcel(id_, form.write(subscription, Stretch(0, 0, ())), headers)


def signed(envelope: str, secrets: Sequence[bytes], parcel: Parcel, at: Millis) -> dict[str, str]:
    """Return all headers of a parcel."""
    return {**parcel.headers, **SIGNS[envelope](secrets, parcel.id, at, parcel.content)}


def first(
    envelope: str, after: Position, until: Position, told: Sequence[Told], at_once: int
) -> Stretch:
    """Cut off as much of what is told up to a position as one delivery may carry."""
    size = FORMS[envelope].size
    bytes_ = 0
    for count, one in enumerate(told):
        bytes_ += size(one)
        if count and (count >= at_once or bytes_ > BYTES_MAX):
            return Stretch(after, told[count - 1].position, told[:count])
    return Stretch(after, until, told)
