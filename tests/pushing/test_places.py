"""Does a receiver that hangs cost nobody anything but itself?"""

import asyncio
from contextlib import ExitStack

import pytest

from custody import keys
from custody.pushing import places
from custody.pushing.backoff import Patience
from custody.pushing.keeping import SUBSCRIPTIONS_MAX
from custody.pushing.places import Places
from tests.pushing.conftest import Pushing
from tests.pushing.receiver import Receiver, Reply, receiving
from tests.waiting import eventually

MANY = 2 * SUBSCRIPTIONS_MAX


def test_many_that_hang_keep_nobody_waiting(pushing: Pushing, receiver: Receiver) -> None:
    makers = [pushing]
    for _ in range(MANY // SUBSCRIPTIONS_MAX):
        key, _ = keys.create(pushing.ledger.engine, "auditor")
        makers.append(Pushing(pushing.ledger, key.id))
    with receiving() as slow:
        slow.always = Reply(breaks="hangs")
        for maker in makers[1:]:
            for _ in range(SUBSCRIPTIONS_MAX):
                maker.subscribe(slow.url)
        one, _ = pushing.subscribe(receiver.url)
        pushing.record(1)
        with pushing.delivering():
            for _ in range(MANY):
                slow.next()  # all of them hang now
            for number in (2, 3):
                pushing.until(one, cursor=pushing.record(number))
            assert len(slow.all) == MANY
            slow.always = None
            slow._let_go.set()


def test_those_that_hang_again_and_again_share_places_of_their_own(
    pushing: Pushing, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "DELIVERIES_MAX", 1)
    monkeypatch.setattr(places, "SLOW_MAX", 1)
    pushing.record(1)
    with ExitStack() as stack:
        hanging = [stack.enter_context(receiving()) for _ in range(2)]
        for each in hanging:
            each.replies.append(Reply(breaks="says nothing"))
            each.replies.append(Reply(breaks="hangs"))
        told = [pushing.subscribe(each.url)[0] for each in hanging]
        with pushing.delivering(patience=Patience(first=0)):
            for each in hanging:
                each.next()  # and has no answer
            # The one place for those is taken now, and the other one waits for it.
            eventually(lambda: not all(each.nothing_more() for each in hanging))
            one, _ = pushing.subscribe(receiver.url)
            for number in (2, 3):
                pushing.until(one, cursor=pushing.record(number))
            assert sum(len(each.all) for each in hanging) == 3
            for each in hanging:
                each._let_go.set()
            for hung in told:
                pushing.until(hung, cursor=3, failures=0)


def test_who_took_long_waits_among_the_slow_until_it_is_quick_again(
    pushing: Pushing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "DELIVERIES_MAX", 1)
    one, _ = pushing.subscribe("http://127.0.0.1:9/")
    other, _ = pushing.subscribe("http://127.0.0.1:9/")

    async def deliver() -> None:
        all_ = Places()
        monkeypatch.setattr(places, "SLOW_S", 0.0)
        async with all_.place(one):
            pass
        monkeypatch.setattr(places, "SLOW_S", 60.0)
        async with all_.place(one), all_.place(other):
            pass  # the one place is the other's
        async with all_.place(one):
            assert all_._common.locked(), "it is quick again"
        all_.keep(set())
        assert not all_._slow

    asyncio.run(deliver())
