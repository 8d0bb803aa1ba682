"""Is a number that one process took used up for all who serve the same database?"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, func, select

from custody.identity import nonces
from custody.identity.nonces import REMEMBERED, SWEPT_EVERY, Nonces, signed_request
from custody.identity.requests import REPLAY_S, Proved
from custody.ledger import Unavailable, open_engine
from custody.terms import Millis
from tests.identity.standby import taking_nothing

NOW: Millis = 1_772_000_000_000
AT_ONCE = 8


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    nonces.lay_out(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def other(database_url: str, engine: Engine) -> Iterator[Engine]:
    """The same database, as another process has it."""
    other = open_engine(database_url)
    nonces.lay_out(other)
    yield other
    other.dispose()


def signed(nonce: str, terminal: str = "T-1") -> Proved:
    return Proved(terminal, nonce, lambda _: True)


def remembered(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(signed_request)) or 0


def test_a_request_counts_once_for_as_long_as_it_would_be_taken(engine: Engine) -> None:
    seen = Nonces(engine)
    early = NOW - REPLAY_S * 1_000
    assert seen.take(signed("a"), early)
    assert not seen.take(signed("a"), early)
    assert not seen.take(signed("a"), NOW + REPLAY_S * 1_000)
    assert seen.take(signed("a"), NOW + REPLAY_S * 1_000 + 1)
    assert seen.take(signed("a", "T-2"), NOW)


def test_what_one_process_took_another_does_not_nor_the_next_one(
    engine: Engine, other: Engine
) -> None:
    one, another = Nonces(engine), Nonces(other)
    assert one.take(signed("a"), NOW)
    assert not another.take(signed("a"), NOW)
    assert another.take(signed("b"), NOW)
    assert not one.take(signed("b"), NOW)
    engine.dispose()
    started_again = Nonces(engine)
    assert not started_again.take(signed("a"), NOW + 1)


def test_of_those_who_come_at_once_with_one_number_one_is_let_in(
    engine: Engine, other: Engine
) -> None:
    doors = [Nonces(engine), Nonces(other)] * (AT_ONCE // 2)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        taken = list(threads.map(lambda door: door.take(signed("a"), NOW), doors))
    assert sorted(taken) == [False] * (AT_ONCE - 1) + [True]


def test_a_number_that_is_to_be_forgotten_is_removed_now_and_then(engine: Engine) -> None:
    seen = Nonces(engine)
    late = NOW + SWEPT_EVERY - 1
    assert seen.take(signed("a"), NOW)
    assert seen.take(signed("b"), late)
    assert seen.take(signed("c"), NOW + REMEMBERED)
    assert remembered(engine) == 3
    assert seen.take(signed("d"), NOW + REMEMBERED + SWEPT_EVERY)
    assert remembered(engine) == 2, "the two that would be taken no longer are gone"
    assert not seen.take(signed("c"), late + REMEMBERED)


def test_one_that_was_not_removed_yet_may_be_used_again(engine: Engine) -> None:
    seen = Nonces(engine)
    assert seen.take(signed("a"), NOW)
    assert seen.take(signed("b"), NOW + REMEMBERED)
    assert remembered(engine) == 2, "it has been looked, and is not looked again for a while"
    assert seen.take(signed("a"), NOW + REMEMBERED + 1)
    assert not seen.take(signed("a"), NOW + REMEMBERED + 2)


def test_a_terminal_signs_so_often_and_stands_in_no_others_way(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nonces, "NONCES_MAX", 2)
    seen = Nonces(engine)
    assert seen.take(signed("a"), NOW)
    assert not seen.take(signed("a"), NOW), "what is refused uses up nothing"
    assert seen.take(signed("b"), NOW)
    assert not seen.take(signed("c"), NOW), "none is forgotten too early"
    assert seen.take(signed("c", "T-2"), NOW)
    assert not seen.take(signed("c"), NOW + REMEMBERED)
    assert seen.take(signed("c"), NOW + REMEMBERED + 1)


def test_a_database_that_takes_nothing_lets_nobody_in(engine: Engine) -> None:
    seen = Nonces(engine)
    assert seen.take(signed("a"), NOW)
    with taking_nothing(engine), pytest.raises(Unavailable):
        seen.take(signed("b"), NOW)
    assert seen.take(signed("b"), NOW), "it was not taken before"
