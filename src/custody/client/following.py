"""How does whoever follows the facts come back after every break, missing none and hearing none
twice?"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, TypeVar

from custody.client.answers import Fact, Facts, Page
from custody.client.conversation import (
    Answered,
    Ask,
    Patience,
    raise_if_refused,
    until_again,
)
from custody.client.events import Event, Events
from custody.client.problems import CustodyError, Garbled, Unreachable
from custody.client.questions import Listing, get
from custody.client.reading import of, reads

T = TypeVar("T")

SILENCE_S: Final = 45.0
"""After how long without a word a stream is taken for cut; the service speaks every 15 s."""

PATH: Final = "/v1/facts"
MEDIA_TYPE: Final = "text/event-stream"
POSITION: Final = "position"
CloudEvent = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which facts are asked for: of some types, of a site, of a division, about a battery."""

    types: Sequence[str] = ()
    site: str | None = None
    division: str | None = None
    battery: str | None = None

    def ask(self, path: str, **further: str | int | None) -> Ask:
        """Ask for them at a path."""
        types = ",".join(self.types) or None
        return get(
            path, types=types, site=self.site, division=self.division, battery=self.battery,
            **further,
        )  # fmt: skip


ALL: Final = Chosen()


def facts(
    after: int = 0, *, chosen: Chosen = ALL, limit: int | None = None, at_least: int | None = None
) -> Listing[Fact]:
    """What was recorded past a position, up to now? In the ledger's own order."""

    def read(answered: Answered) -> Page[Fact]:
        told = reads(Facts)(answered)
        return Page(items=told.items, next=str(told.next or ""))

    ask = chosen.ask(PATH, after=after, limit=limit, at_least=at_least)
    return Listing(ask, read, parameter="after")


class Course(Generic[T]):
    """One who follows: where it is, what it asks next, and when it comes back after a break."""

    def __init__(
        self,
        read: Callable[[Event], T],
        *,
        after: int = 0,
        until: int | None = None,
        chosen: Chosen = ALL,
        envelope: Literal["item", "cloudevent"] = "item",
        attempts: int | None = None,
        reached: Callable[[int], object] | None = None,
    ) -> None:
        self.position = after
        """The last position of which it has heard."""
        self.patience = Patience()
        self._read = read
        self._until = until
        self._chosen = chosen
        self._envelope = envelope
        self._attempts = attempts
        self._reached = reached
        self._in_vain = 0
        self._events = Events()

    @property
    def over(self) -> bool:
        """Whether it has come to where it was to end."""
        return self._until is not None and self.position >= self._until

    def ask(self) -> Ask:
        """Ask for what lies behind the last that it has heard of."""
        self._events = Events()
        ask = self._chosen.ask(f"{PATH}/stream", until=self._until, envelope=self._envelope)
        headers = {"Last-Event-ID": str(self.position), "Accept": MEDIA_TYPE}
        return Ask(ask.method, ask.path, ask.params, headers)

    def heard(self, chunk: bytes) -> Iterator[T]:
        """Yield what these bytes of the stream tell. Raises Garbled."""
        for event in self._events.read(chunk):
            position = _position(event)
            if position <= self.position and event.name != POSITION:
                continue  # it has heard of that
            self._in_vain = 0
            if event.name != POSITION:
                yield self._read(event)
            self.position = max(position, self.position)
            if event.name == POSITION and self._reached is not None:
                self._reached(self.position)

    def ended(self) -> float:
        """Say when to come back to a stream that ended in good order, in seconds."""
        return self._again(None)

    def lost(self, why: Exception) -> float:
        """Say when to come back after the line broke. Raises Unreachable after too many times."""
        return self._again(why)

    def refused(self, answered: Answered) -> float:
        """Say when to come back to a service that has no stream for us now.

        Raises Problem or Garbled if it never will.
        """
        try:
            raise_if_refused(answered)
            raise Garbled(f"{answered.status}, and no stream")
        except CustodyError as error:
            seconds = until_again(answered, error, self.patience, self._in_vain + 1)
            if seconds is None:
                raise
            return max(seconds, self._again(error))

    def _again(self, why: Exception | None) -> float:
        self._in_vain += 1
        if self._attempts is not None and self._in_vain > self._attempts:
            raise Unreachable(f"nothing heard in {self._in_vain} attempts: {why}") from why
        said = self._events.retry_ms
        if why is None and said is not None and self._in_vain == 1:
            return said / 1_000 * self.patience.chance()
        return self.patience.before(self._in_vain)


def follow(
    after: int = 0,
    *,
    until: int | None = None,
    chosen: Chosen = ALL,
    attempts: int | None = None,
    reached: Callable[[int], object] | None = None,
) -> Course[Fact]:
    """What is recorded past a position, and from now on?

    It comes back after every break: of the line, the stream or the service. Remember the position
    of each fact with what is done about it, and begin there after a restart. `reached` hears how
    far it has come while nothing of what was chosen has. `attempts` in vain, one after another,
    raise Unreachable; None never does. Raises Problem when the key is revoked.
    """
    return Course(
        as_fact, after=after, until=until, chosen=chosen, attempts=attempts, reached=reached
    )


def follow_cloud_events(
    after: int = 0,
    *,
    until: int | None = None,
    chosen: Chosen = ALL,
    attempts: int | None = None,
    reached: Callable[[int], object] | None = None,
) -> Course[CloudEvent]:
    """What is recorded past a position, as CloudEvents 1.0? Otherwise as `follow`."""
    return Course(
        as_cloud_event, after=after, until=until, chosen=chosen, attempts=attempts,
        reached=reached, envelope="cloudevent",
    )  # fmt: skip


def as_fact(event: Event) -> Fact:
    """Read an event of the stream as a fact. Raises Garbled."""
    fact: Fact = of(Fact, as_cloud_event(event))
    return fact


def as_cloud_event(event: Event) -> CloudEvent:
    """Read an event of the stream as the CloudEvent that it is. Raises Garbled."""
    try:
        told: CloudEvent = json.loads(event.data)
    except ValueError as error:
        raise Garbled(f"not JSON: {event.data[:80]!r}") from error
    return told


def _position(event: Event) -> int:
    if not (event.id.isascii() and event.id.isdigit()):
        raise Garbled(f"an event whose id is no position: {event.id[:80]!r}")
    return int(event.id)
