"""How does a decision's test read? `given` facts, `when` one more comes, `then` these remarks."""

from typing import Any, Self

import pytest

from custody import decisions
from custody.decisions import Remark
from custody.events import Movement, Registration
from custody.terms import Refused
from tests.given import network, next_monday, poster_of
from tests.known import books_for, looked_at, noted


class Given:
    """Facts and a registry that the books know already, and then one movement more."""

    def __init__(self, *facts: Movement) -> None:
        self._facts, self._registrations = facts, [*network]

    def registered(self, *registrations: Registration) -> Self:
        self._registrations += registrations
        return self

    def when(self, fact: Movement, **how: Any) -> Self:
        known = noted(*self._facts)
        asked = looked_at(fact, known)
        for one in known:
            assert not asked.isdisjoint(one.subjects), f"nobody looks at {one.fact}"
        self._fact = fact
        self._how = {"poster": poster_of(fact), "now": next_monday, **how}
        return self

    def then(self, *codes: str) -> list[Remark]:
        books = books_for(self._fact, self._facts, self._registrations)
        how = dict(self._how)
        decisions.any_movement.admit(self._fact, how.pop("poster"), books)
        remarks = decisions.decide(self._fact, books, **how)
        assert [remark.code for remark in remarks] == [*codes]
        return remarks

    def then_refused(self, code: str) -> Refused:
        with pytest.raises(Refused) as refused:
            self.then()
        assert refused.value.code == code
        return refused.value


given = Given
