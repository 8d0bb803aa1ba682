"""How does a program ask the service and wait for the answer?"""

import time
from collections.abc import Callable, Iterator
from copy import copy
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, Self, TypeVar

import httpx

from custody.client import (
    connection,
    following,
    posting,
    questions,
    questions_of_books,
    questions_of_epcis,
)
from custody.client.conversation import (
    Answered,
    Ask,
    Conversation,
    Heard,
    Lost,
    Patience,
    Question,
    Wait,
    told,
)
from custody.client.following import Course
from custody.client.questions import Listing

P = ParamSpec("P")
T = TypeVar("T")


def asks(
    question: Callable[P, Question[T]],
) -> "Callable[Concatenate[Client, P], T]":
    """Make the method that asks a question."""

    @wraps(question)
    def method(self: "Client", /, *args: P.args, **named: P.kwargs) -> T:
        return self.ask(question(*args, **named))

    return method


def lists(
    listing: Callable[P, Listing[T]],
) -> "Callable[Concatenate[Client, P], Iterator[T]]":
    """Make the method that yields a list, asking for a page when it comes to it."""

    @wraps(listing)
    def method(self: "Client", /, *args: P.args, **named: P.kwargs) -> Iterator[T]:
        return self.each(listing(*args, **named))

    return method


def holds(
    plan: Callable[P, Callable[[Patience], Conversation[T]]],
) -> "Callable[Concatenate[Client, P], T]":
    """Make the method that holds a conversation."""

    @wraps(plan)
    def method(self: "Client", /, *args: P.args, **named: P.kwargs) -> T:
        return self.hold(plan(*args, **named))

    return method


def follows(
    course: Callable[P, Course[T]],
) -> "Callable[Concatenate[Client, P], Iterator[T]]":
    """Make the method that yields what a stream tells."""

    @wraps(course)
    def method(self: "Client", /, *args: P.args, **named: P.kwargs) -> Iterator[T]:
        return self.run(course(*args, **named))

    return method


class Client:
    """Asks a service, tries again where that may help, and tells what it answered.

    Whatever it asks may raise Problem (the service said no), Unreachable (nobody answered) or
    Garbled (something else answered). May be used by several threads at once.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        language: Literal["zh", "en"] = "en",
        patience: Patience | None = None,
        sleep: Callable[[float], object] = time.sleep,
        clock: connection.Clock | None = connection.now,
        **options: Any,
    ) -> None:
        """Connect to a service at its address, with a key (`ck_…`).

        `clock` is told with movements, so that a device whose clock is wrong is set right; None
        tells none. `options` are httpx's own: `verify`, `proxy`, `auth` and so on.
        """
        self.position = 0
        """The highest position that an answer reflected: ask with it as `at_least`."""
        self._http = httpx.Client(**connection.options(url, language, options))
        self._key = connection.showable(key)
        self._patience = patience or Patience()
        self._sleep = sleep
        self._clock = clock

    who_am_i = asks(questions.who_am_i)
    healthz = asks(questions.healthz)
    readyz = asks(questions.readyz)

    post = asks(posting.post)
    post_many = holds(posting.post_many)
    post_together = asks(posting.post_together)
    movement = asks(posting.movement)

    battery = asks(questions.battery)
    history = asks(questions.history)
    evidence = asks(questions.evidence)
    batteries = lists(questions.batteries)
    inventory = asks(questions.inventory)
    areas = lists(questions.areas)
    consignment = asks(questions.consignment)
    consignments = lists(questions.consignments)
    expected = lists(questions.expected)

    book = asks(questions_of_books.book)
    book_file = asks(questions_of_books.book_file)
    organisation = asks(questions_of_books.organisation)
    organisations = lists(questions_of_books.organisations)
    site = asks(questions_of_books.site)
    sites = lists(questions_of_books.sites)
    terminal = asks(questions_of_books.terminal)
    terminals = lists(questions_of_books.terminals)
    routes = lists(questions_of_books.routes)
    register = asks(questions_of_books.register)

    capture = holds(questions_of_epcis.capture)
    epcis_events = lists(questions_of_epcis.epcis_events)
    epcis_event = asks(questions_of_epcis.epcis_event)

    facts = lists(following.facts)

    follow = follows(following.follow)
    follow_cloud_events = follows(following.follow_cloud_events)

    def ask(self, question: Question[T]) -> T:
        """Ask a question, and return what was told."""
        return self.hold(lambda patience: told(question, patience))

    def each(self, listing: Listing[T]) -> Iterator[T]:
        """Yield what stands in a list, asking for a page when it comes to it."""
        asked: Question[Any] | None = listing.first()
        while asked is not None:
            page = self.ask(asked)
            yield from page.items
            asked = listing.behind(page, asked)

    def hold(self, plan: Callable[[Patience], Conversation[T]]) -> T:
        """Hold a conversation to its end."""
        conversation = plan(self._patience)
        heard: Heard = None
        try:
            while True:
                step = conversation.send(heard)
                heard = self._carried_out(step)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        finally:
            conversation.close()

    def run(self, course: Course[T]) -> Iterator[T]:
        """Follow a course to its end, coming back after every break."""
        while not course.over:
            sent = connection.request(course.ask(), self._key)
            try:
                with self._http.stream(**sent, timeout=connection.SILENCE) as response:
                    if connection.is_stream(response):
                        for chunk in response.iter_bytes():
                            yield from course.heard(chunk)
                        seconds = course.ended()
                    else:
                        response.read()
                        seconds = course.refused(connection.answered(response))
            except httpx.RequestError as error:
                seconds = course.lost(error)
            if not course.over:
                self._sleep(seconds)

    def showing(self, key: str) -> Self:
        """Return one that asks with another key, over the same connections."""
        other = copy(self)
        other.position = 0
        other._key = connection.showable(key)  # noqa: SLF001 - one of its own kind
        return other

    def close(self) -> None:
        """Hang up."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _carried_out(self, step: Ask | Wait) -> Heard:
        if isinstance(step, Wait):
            self._sleep(step.seconds)
            return None
        try:
            response = self._http.request(**connection.request(step, self._key, self._clock))
        except httpx.UnsupportedProtocol:
            raise
        except httpx.RequestError as error:
            return Lost(error)
        return self._heard(connection.answered(response))

    def _heard(self, answered: Answered) -> Answered:
        self.position = max(self.position, connection.position(answered))
        return answered
