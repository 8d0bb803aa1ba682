"""Does everyone who keeps up hear what is theirs, however much of it is shared with others?"""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.access import Scope
from custody.feed import Choice, Following, following, known
from custody.feed.told import Told
from custody.ledger import Ledger, Record
from custody.projector import Projector
from tests.api.engines import on_sqlite
from tests.given import drop_off, other, third
from tests.projections.bookkeeping import laid_out

CHOICES = (
    Choice(),
    Choice(scope=Scope(follows=True)),
    Choice(types=frozenset({"store"})),
    Choice(site="330106-0007"),
)


def told(position: int) -> Told:
    site = "site:330106-0007" if position % 3 else "site:330106-0008"
    type_ = "store" if position % 2 else "site_registered"
    body = b'{"id":"m%d","occurred_at":"2026-03-01T01:00:00Z"}' % position
    return Told(Record(type_, 1, body, (site,), None, None, None, position, 0, b"k" * 32))


def heard(held: Following, after: int, choice: Choice) -> Any:
    return asyncio.run(held._next(after, choice))


@pytest.fixture
def held(ledger: Ledger) -> Following:
    """One that holds what is handed to it, and finds nothing in its ledger."""
    one = Following(ledger)
    one._take([told(1)])
    return one


@on_sqlite
def test_who_wants_the_same_shares_it_and_who_does_not_has_their_own(held: Following) -> None:
    held._take([told(n) for n in range(2, 9)])
    one, same, other = (heard(held, 2, choice) for choice in (*CHOICES[:1], *CHOICES[::2]))
    assert one is same
    assert one[1].events("item") is same[1].events("item")
    assert [fact.position for fact in other[1]] == [3, 5, 7]
    held._take([told(9)])
    assert [fact.position for fact in heard(held, 2, CHOICES[0])[1]] == [*range(3, 10)]
    assert [fact.position for fact in one[1]] == [*range(3, 9)]


@on_sqlite
def test_so_much_is_kept_joined_and_no_more(
    held: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "SHARED_MAX", 2)
    held._take([told(n) for n in range(2, 9)])
    for after in range(1, 7):
        assert [fact.position for fact in heard(held, after, CHOICES[0])[1]] == [
            *range(after + 1, 9)
        ]
    assert len(held._shared) == 2


listeners = st.lists(st.tuples(st.integers(0, 8), st.sampled_from(CHOICES)), min_size=1)


@given(st.lists(st.integers(1, 5), min_size=1), listeners, st.none() | st.integers(0, 20))
def test_whatever_is_shared_each_hears_what_it_would_by_itself(
    coming: list[int], listeners: list[tuple[int, Choice]], until: int | None
) -> None:
    """Each asks again from where it was: nothing that has come meanwhile is kept from it."""
    held, end = Following(_Nowhere()), 1  # type: ignore[arg-type]
    held._take([told(1)])
    for more in coming:
        held._take([told(end + n) for n in range(1, more + 1)])
        end += more
        last = end if until is None else until
        for after, choice in listeners:
            stretch = heard(held, after, choice)
            if after >= end:
                assert stretch is None
                continue
            reached, chosen = stretch
            wanted = [one for one in map(told, range(after + 1, end + 1)) if choice.takes(one)]
            assert reached == end
            assert chosen.until(until).events("item") == b"".join(
                [one.event("item") for one in wanted if one.position <= last]
            )


class _Nowhere:
    """Stands for a ledger that nobody looks into: all is held from the beginning."""

    engine = None


def test_all_is_wanted_by_whoever_leaves_nothing_out() -> None:
    assert [one.everything for one in CHOICES] == [True, True, False, False]
    assert not Choice(scope=Scope(site="330106-0007")).everything


@pytest.mark.parametrize("where", [True, False])
def test_what_no_query_knows_of_is_told_later_and_who_waits_for_long_says_so(
    ledger: Ledger, where: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(known, "STALLED_S", 0.0)
    office, one = laid_out(ledger), Following(ledger)
    office.post(drop_off())
    known_until = Projector(ledger).catch_up()
    office.post(drop_off(other), drop_off(third))
    came = ledger.since(0, following.AT_ONCE_MAX)
    for _ in range(2):  # once may be soon, twice is long
        assert [each.position for each in one.told(came, where=where)] == [
            *range(1, known_until + 1)
        ]
    assert f"past position {known_until} are recorded and not projected" in caplog.text
    caplog.clear()
    Projector(ledger).catch_up()
    assert [each.record for each in one.told(came, where=where)] == came
    assert not caplog.text
    assert one.told([], where=where) == []
