"""Is there one order without gaps, however many write, and does a plain cursor miss nothing?"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from custody.ledger import Appended, Ledger, Record
from tests.ledger.writer import append_batches, entries, starting

THREADS = 4
PROCESSES = 2
BATCHES = 25
SIZE = 4


def test_positions_go_on_from_one_batch_to_the_next(ledger: Ledger) -> None:
    assert ledger.append(entries("a", 0, 3), now=5) == Appended(1, 3, 5)
    assert ledger.append(entries("a", 1, 2), now=6) == Appended(4, 5, 6)
    assert ledger.head() == (5, 6)


def test_recorded_time_never_goes_back(ledger: Ledger) -> None:
    clock, recorded = [5, 3, 9, 8, 9], [5, 5, 9, 9, 9]
    appended = [ledger.append(entries("a", i, 1), now=now) for i, now in enumerate(clock)]
    assert [each.recorded_at for each in appended] == recorded
    assert [record.recorded_at for record in ledger.since(0, 10)] == recorded


def test_a_reader_beside_many_writers_misses_nothing(database_url: str, ledger: Ledger) -> None:
    """Threads and processes write, each a few at a time; the reader only ever asks what is next."""
    total = (THREADS + PROCESSES) * BATCHES * SIZE
    processes = [starting(database_url, f"process-{i}", BATCHES, SIZE) for i in range(PROCESSES)]
    with ThreadPoolExecutor(THREADS) as threads:
        writing = [threads.submit(_append, ledger, f"thread-{i}") for i in range(THREADS)]
        records = _follow(ledger.since, total)
        for future in writing:
            future.result()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert [record.position for record in records] == list(range(1, total + 1))
    assert ledger.head().position == total
    _each_batch_is_whole(records)


def test_each_writer_finds_its_own_in_the_order_it_wrote(database_url: str, ledger: Ledger) -> None:
    append_batches(database_url, "a", BATCHES, SIZE)
    expected = [e.data for batch in range(BATCHES) for e in entries("a", batch, SIZE)]
    assert [record.data for record in ledger.read(["writer:a"]).records] == expected


def _append(ledger: Ledger, writer: str) -> None:
    for batch in range(BATCHES):
        ledger.append(entries(writer, batch, SIZE), now=batch)


def _follow(since: Callable[[int, int], list[Record]], total: int) -> list[Record]:
    """Read with a plain cursor as fast as it goes, while all write."""
    seen: list[Record] = []
    while len(seen) < total:
        news = since(len(seen), 7)
        assert [record.position for record in news] == list(
            range(len(seen) + 1, len(seen) + 1 + len(news))
        )
        seen += news
    return seen


def _each_batch_is_whole(records: list[Record]) -> None:
    for first in range(0, len(records), SIZE):
        batch = [record.data.decode().rsplit(" ", 1) for record in records[first : first + SIZE]]
        assert {name for name, _ in batch} == {batch[0][0]}
        assert [number for _, number in batch] == [str(i) for i in range(SIZE)]
