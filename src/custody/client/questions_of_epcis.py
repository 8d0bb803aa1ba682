"""How does a partner's program tell events in EPCIS 2.0, and find some?

The names of parameters and of what stands in events are the standard's; an event is a dictionary.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import parse_qs, quote, urlsplit
from uuid import uuid4

from custody.client.answers import Page
from custody.client.conversation import (
    Answered,
    Ask,
    Conversation,
    Patience,
    Question,
    Wait,
    as_json,
    told,
)
from custody.client.problems import Garbled, Problem
from custody.client.questions import Listing
from custody.client.reading import named, reads
from custody.client.writing import serialised

LOOK_S: Final = 0.5
"""How long is waited before it is asked again whether a capture is done."""

JSON: Final = {"Content-Type": "application/json"}

_next = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next\b').search

Event = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """The movement that an event was read as: recorded, refused, or none at all, and why."""

    event_id: str = field(metadata=named("eventID"))
    movement: str | None = None
    status: Literal["recorded", "refused", "none"]
    position: int | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """What became of a capture: whether its events were recorded, and what was wrong with it."""

    name: str = field(metadata=named("captureID"))
    running: bool
    success: bool
    movements: tuple[Brought, ...] = ()
    errors: tuple[dict[str, Any], ...] = ()

    @property
    def problems(self) -> list[Problem]:
        """What was wrong, as problems of the service."""
        return [Problem(one) for one in self.errors]


def capture(
    document: Mapping[str, Any], *, on_error: Literal["rollback", "proceed"] = "rollback"
) -> Callable[[Patience], Conversation[Capture]]:
    """What becomes of the events of a document, once all are looked at?

    An event without an id is given one, so that the document may be sent again where the line broke
    and no event is recorded twice. Raises Problem for what is no document of the standard; what is
    wrong with single events stands in the capture.
    """
    headers = {**JSON, "GS1-Capture-Error-Behaviour": on_error}
    body = serialised(with_ids(document))

    def course(patience: Patience) -> Conversation[Capture]:
        ask = Ask("POST", "/epcis/capture", headers=headers, body=body)
        place = yield from told(Question(ask, _place), patience)
        look = Question(Ask("GET", place), reads(Capture))
        while (found := (yield from told(look, patience))).running:
            yield Wait(LOOK_S)
        return found

    return course


def epcis_events(
    query: Mapping[str, str | Sequence[str]] | None = None, *, per_page: int | None = None
) -> Listing[Event]:
    """Which events are there, by the standard's parameters: `{"EQ_bizStep": ["shipping"]}`?"""
    said = {name: _one_of(values) for name, values in (query or {}).items()}
    if per_page is not None:
        said["perPage"] = str(per_page)
    return Listing(Ask("GET", "/epcis/events", said), _page, "nextPageToken")


def epcis_event(event_id: str) -> Question[list[Event]]:
    """What was told under an event's id: the event, and declarations that it is wrong?

    Raises Problem `not_found`, `epcis_event_redacted`.
    """
    return Question(Ask("GET", f"/epcis/events/{quote(event_id, safe=':')}"), _events)


def with_ids(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document whose events all have an id; those that have none are given one."""
    body = document.get("epcisBody")
    events = body.get("eventList") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or not isinstance(events, Sequence):
        return {**document}
    named = [
        {"eventID": f"urn:uuid:{uuid4()}", **one} if isinstance(one, Mapping) else one
        for one in events
    ]
    return {**document, "epcisBody": {**body, "eventList": named}}


def _place(answered: Answered) -> str:
    place = answered.headers.get("location", "")
    if not place.startswith("/epcis/capture/"):
        raise Garbled(f"a capture lies nowhere: {place[:80]!r}")
    return place


def _one_of(values: str | Sequence[str]) -> str:
    return values if isinstance(values, str) else "|".join(values)


def _page(answered: Answered) -> Page[Event]:
    link = _next(answered.headers.get("link", ""))
    tokens = parse_qs(urlsplit(link[1]).query).get("nextPageToken", []) if link else []
    return Page(items=tuple(_events(answered)), next=next(iter(tokens), ""))


def _events(answered: Answered) -> list[Event]:
    document = as_json(answered)
    try:
        events = document["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    except (KeyError, TypeError) as error:
        raise Garbled(f"no events: {error!r}") from error
    if not isinstance(events, list):
        raise Garbled("no list of events")
    return events
