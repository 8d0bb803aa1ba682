"""Which movements of ours did an event bring that came in, and what became of them?

What a partner told stands whatever we make of it. Where it says what a movement of ours says, and
its captor may post that, it is posted as well, and from then on counts as any other.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import orjson

from custody.exchange.captured import Arrived, Captor, Kept, Outcome
from custody.terms import Position


class Posted(NamedTuple):
    """What became of a movement: where it stands, or the code of why it was refused."""

    id: str
    position: Position | None
    code: str | None = None


Post = Callable[[Captor, Sequence[bytes]], Sequence[Posted]]
"""Posts the bodies of movements for whoever captured them."""


class Brought(NamedTuple):
    """What became of an event: a movement, or none and why."""

    event: str
    posted: Posted | None
    because: str | None = None


def brought(
    post: Post, captor: Captor, arrived: Iterable[Arrived], outcomes: Iterable[Outcome]
) -> list[Brought]:
    """Post the movements that some events are, in their order; posting again changes nothing.

    What we tell ourselves is not posted: an event does not say all that its movement does.
    """
    known: list[Brought] = []
    events: list[str] = []
    bodies: list[bytes] = []
    for one, outcome in zip(arrived, outcomes, strict=True):
        if not isinstance(outcome, Kept) or outcome.redacted:
            continue
        if one.read.reason is not None:
            known.append(Brought(outcome.event_id, None, one.read.reason.code))
        elif outcome.movement is not None:
            posted_before = Posted(outcome.movement, outcome.position)
            known.append(Brought(outcome.event_id, posted_before))
            continue
        for body in one.read.movements:
            events.append(outcome.event_id)
            bodies.append(orjson.dumps(body))
    posted = post(captor, bodies) if bodies else ()
    return [*known, *map(Brought, events, posted)]


def told(one: Brought) -> dict[str, Any]:
    """Tell what became of a movement."""
    posted = one.posted
    if posted is None:
        return {"eventID": one.event, "status": "none", "code": one.because}
    said: dict[str, Any] = {"eventID": one.event, "movement": posted.id}
    if posted.code is not None:
        return {**said, "status": "refused", "code": posted.code}
    return {**said, "status": "recorded", "position": posted.position}


def reached(some: Iterable[Brought]) -> Position:
    """Return the last position at which any of them stands; 0 for none."""
    posted = (one.posted for one in some if one.posted is not None)
    return max((one.position or 0 for one in posted), default=0)
