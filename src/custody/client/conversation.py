"""How is the service asked until it answers? Here is the whole course of it, without a connection.

A conversation is a generator: it yields what is to be sent or how long to wait, and is sent what
came of it. Whoever has a connection, waiting for it or not, only carries out the steps; so what is
asked, tried again and understood is written once for both.
"""

import json
import random
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from custody.client.problems import Garbled, Problem, Unreachable

T = TypeVar("T")

ATTEMPTS_MAX: Final = 8
"""How often a question is sent before nobody is taken to be there."""

PAUSE_S: Final = 0.2
"""The most that is waited before the second attempt; before each later one, twice as much."""

PAUSE_S_MAX: Final = 30.0
"""The most that is waited by ourselves."""

RETRY_AFTER_S_MAX: Final = 120.0
"""The most that is waited because the service said so; beyond it, its problem is raised."""

FINAL: Final = frozenset({"evidence_inconsistent"})
"""Problems of the service's own that no second attempt mends."""

PROBLEM: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, which may be sent again: whatever this client asks is the same done twice."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    tells_time: bool = False
    """Whether the device's clock is told as it is sent, so that it can be set right."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is to be done for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back. The names of its headers are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """The connection failed: nobody knows whether what was asked was done."""

    why: Exception


Heard = Answered | Lost | None
"""What came of a step; nothing comes of waiting."""

Conversation = Generator[Ask | Wait, Heard, T]


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """What is asked, and how its answer is read."""

    ask: Ask
    read: Callable[[Answered], T]


@dataclass(frozen=True)
class Patience:
    """How often it is tried, and how long is waited in between."""

    attempts: int = ATTEMPTS_MAX
    pause_s: float = PAUSE_S
    pause_s_max: float = PAUSE_S_MAX
    retry_after_s_max: float = RETRY_AFTER_S_MAX
    chance: Callable[[], float] = random.random
    """A number from 0 to 1: many who lost the line at once should not come back at once."""

    def before(self, attempt: int) -> float:
        """Say how long to wait before an attempt after the first, in seconds."""
        doubled: float = self.pause_s * 2.0 ** min(attempt - 1, 60)
        return min(doubled, self.pause_s_max) * self.chance()


def told(question: Question[T], patience: Patience) -> Conversation[T]:
    """Ask until it is answered, and return what was told.

    Raises Problem, Unreachable or Garbled.
    """
    attempt = 0
    while True:
        heard = yield question.ask
        attempt += 1
        assert heard is not None, "something comes of asking"
        if isinstance(heard, Answered):
            try:
                raise_if_refused(heard)
                return question.read(heard)
            except (Problem, Garbled) as error:
                seconds = until_again(heard, error, patience, attempt)
                if seconds is None or attempt >= patience.attempts:
                    raise
        elif attempt >= patience.attempts:
            raise Unreachable(f"no answer in {attempt} attempts: {heard.why}") from heard.why
        else:
            seconds = patience.before(attempt)
        yield Wait(seconds)


def raise_if_refused(answered: Answered) -> None:
    """Raise Problem where the service says no, Garbled where it is not the service that speaks."""
    if 200 <= answered.status < 300:
        return
    if answered.headers.get("content-type", "").partition(";")[0] == PROBLEM:
        problem = as_json(answered)
        if isinstance(problem, dict) and {"code", "status", "title", "detail"} <= problem.keys():
            raise Problem(problem)
    raise Garbled(f"{answered.status}, and no problem that this service tells of")


def as_json(answered: Answered) -> Any:
    """Read an answer as JSON. Raises Garbled."""
    try:
        return json.loads(answered.body)
    except ValueError as error:
        raise Garbled(f"not JSON: {answered.body[:80]!r}") from error


def until_again(
    answered: Answered, error: Exception, patience: Patience, attempt: int
) -> float | None:
    """Say how long to wait until it may be otherwise; None if it will not be."""
    passing = answered.status == 429 or answered.status >= 500
    if not passing or (isinstance(error, Problem) and error.code in FINAL):
        return None
    said = answered.headers.get("retry-after", "")
    seconds = float(said) if said.isascii() and said.isdigit() else 0.0
    if seconds > patience.retry_after_s_max:
        return None
    return seconds + patience.before(attempt)
