"""Is an append refused when, and only when, something it read has moved since?"""

from concurrent.futures import ThreadPoolExecutor

import pytest

from custody.ledger import EVERYTHING, Entry, Ledger, Moved
from tests.ledger.rival import Arrivals, rival_writing_about

THREADS = 4
ROUNDS = 10


def noted(*subjects: str) -> Entry:
    return Entry("noted", 1, b"", subjects)


def everything_in(ledger: Ledger) -> list[list[tuple[object, ...]]]:
    with ledger.engine.connect() as connection:
        return [
            [
                tuple(row)
                for row in connection.exec_driver_sql(f"select * from {table} order by 1, 2")
            ]
            for table in ("record", "about", "head")
        ]


def test_a_subject_that_has_moved_refuses_the_whole_batch(ledger: Ledger) -> None:
    ledger.append([noted("a"), noted("b")], now=1)
    before = everything_in(ledger)
    with pytest.raises(Moved):
        ledger.append([noted("c"), noted("d")], now=2, reads=["c", "b"], after=1)
    assert everything_in(ledger) == before
    assert ledger.append([noted("c")], now=2, reads=["c", "b"], after=2).first == 3


def test_only_what_was_read_can_have_moved(ledger: Ledger) -> None:
    ledger.append([noted("a"), noted("b")], now=1)
    ledger.append([noted("a")], now=1, reads=["a", "nobody"], after=1)
    assert ledger.append([noted("a")], now=1, reads=[], after=0).first == 4


def test_a_batch_does_not_move_what_it_is_about_itself(ledger: Ledger) -> None:
    assert ledger.append([noted("a"), noted("a")], now=1, reads=["a"], after=0).last == 2


def test_who_reads_everything_is_refused_by_anything(ledger: Ledger) -> None:
    ledger.append([noted()], now=1, reads=EVERYTHING, after=0)
    with pytest.raises(Moved):
        ledger.append([noted()], now=1, reads=EVERYTHING, after=0)
    assert ledger.append([noted()], now=1, reads=EVERYTHING, after=1).first == 2


def test_many_names_can_be_guarded(ledger: Ledger) -> None:
    names = [f"battery:{i}" for i in range(20_000)]
    ledger.append([noted("a")], now=1, reads=names)
    ledger.append([noted(names[-1])], now=1)
    with pytest.raises(Moved):
        ledger.append([noted("a")], now=1, reads=names, after=1)


def test_the_guard_sees_what_was_committed_while_it_waited(ledger: Ledger) -> None:
    """The append has begun before the rival commits: what it sees must not be from before."""
    arrivals = Arrivals(ledger)
    with ThreadPoolExecutor(1) as threads:
        with rival_writing_about(ledger, "a"):
            appending = threads.submit(ledger.append, [noted("b")], now=1, reads=["a"], after=0)
            arrivals.wait()
        with pytest.raises(Moved):
            appending.result()
    assert ledger.head().position == 1


def test_the_position_goes_on_from_what_was_committed_while_it_waited(ledger: Ledger) -> None:
    arrivals = Arrivals(ledger)
    with ThreadPoolExecutor(1) as threads:
        with rival_writing_about(ledger, "a"):
            appending = threads.submit(ledger.append, [noted("a")], now=1, reads=["b"], after=0)
            arrivals.wait()
        assert appending.result().first == 2
    with ledger.engine.connect() as connection:
        versions = connection.exec_driver_sql("select version from about order by position")
        assert [version for (version,) in versions] == [1, 2]


def test_of_those_who_read_the_same_one_writes_and_the_others_look_again(ledger: Ledger) -> None:
    """Each adds one to the greatest number it has read; no number is ever used twice."""

    def count_up(_: int) -> None:
        for _ in range(ROUNDS):
            while not _counted(ledger):
                pass

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(count_up, range(THREADS)))
    numbers = [int(record.data) for record in ledger.read(["counter"]).records]
    assert numbers == list(range(1, THREADS * ROUNDS + 1))


def _counted(ledger: Ledger) -> bool:
    past = ledger.read(["counter"])
    number = max((int(record.data) for record in past.records), default=0) + 1
    entry = Entry("counted", 1, str(number).encode(), ("counter",))
    try:
        ledger.append([entry], now=1, reads=["counter"], after=past.head)
    except Moved:
        return False
    return True
