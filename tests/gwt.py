"""How does a test of a decision read? `given` facts, `when` one more comes, `then` these remarks."""

from dataclasses import dataclass
from typing import Any, Self

from tests.given import network, next_monday, noted, poster

from custody import decisions
from custody.decisions import Remark
from custody.events import Movement, Registration
from custody.state.books import Books
from custody.state.registry import Registry
from custody.terms import Refused


@dataclass(frozen=True)
class Then:
    """What came of it."""

    said: list[Remark]
    refusal: Refused | None = None

    def then(self, *codes: str) -> list[Remark]:
        assert self.refusal is None, f"refused: {self.refusal}"
        assert [remark.code for remark in self.said] == list(codes)
        return self.said

    def then_refused(self, code: str) -> Refused:
        assert self.refusal is not None, "it was not refused"
        assert self.refusal.code == code
        return self.refusal


@dataclass(frozen=True)
class Given:
    """What the books know already."""

    facts: tuple[Movement, ...]
    registrations: tuple[Registration, ...] = network

    def registered(self, *registrations: Registration) -> Self:
        return type(self)(self.facts, (*self.registrations, *registrations))

    def when(self, fact: Movement, now: int = next_monday, **how: Any) -> Then:
        registry, boundary = Registry(), decisions.reads(fact)
        books = Books(boundary, registry)
        for registration in self.registrations:
            registry.take_in(registration)
        for known in noted(*self.facts):
            assert set(known.subjects) & set(boundary), f"nobody looks at {known.fact}"
            books.take_in(known)
        try:
            decisions.any_movement.admit(fact, how.pop("poster", poster(fact)), books)
            return Then(decisions.decide(fact, books, now, **how))
        except Refused as refused:
            return Then([], refused)


def given(*facts: Movement) -> Given:
    return Given(facts)
