"""Does a reader that follows the ledger miss anything while 16 writers write?"""

import time
from collections.abc import Iterator
from threading import Thread

from bench.databases import ENGINES, Databases
from bench.scale import Scale
from bench.table import Goal, Row
from custody.ledger import Entry, open_ledger

WRITERS = 16


def rows(databases: Databases, scale: Scale) -> Iterator[Row]:
    """Measure on both engines; every writer has connections of its own, as a process would."""
    for engine in ENGINES:
        with databases.fresh(engine) as url:
            seen, missed = _follow(url, scale.seconds)
        yield Row(
            f"facts missed by a reader beside {WRITERS} writers",
            engine,
            f"{missed} of {seen:,}",
            "",
            float(missed),
            Goal(0, 0, "most", "facts"),
        )


def _follow(url: str, seconds: float) -> tuple[int, int]:
    reader = open_ledger(url)
    written: list[int] = []
    writers = [
        Thread(target=_write, args=(url, number, seconds, written)) for number in range(WRITERS)
    ]
    positions: list[int] = []
    with reader.subscribe() as subscription:
        following = Thread(target=lambda: positions.extend(one.position for one in subscription))
        following.start()
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        # What comes in order without a gap ends with the last: so this is all that one may await.
        while len(positions) < len(written) and following.is_alive():
            time.sleep(0.05)
            if reader.head().position in positions[-1:]:
                break
    following.join()
    reader.close()
    return len(written), len(set(written) - set(positions))


def _write(url: str, number: int, seconds: float, written: list[int]) -> None:
    ledger = open_ledger(url)
    until = time.monotonic() + seconds
    count = 0
    while time.monotonic() < until:
        count += 1
        entry = Entry("noted", 1, b"{}", (f"writer:{number}", f"note:{number}-{count}"))
        written.append(ledger.append([entry], now=time.time_ns() // 1_000_000).last)
    ledger.close()
