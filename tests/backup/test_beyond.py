"""Is what lies past the end of a backup taken back, wherever somebody has noted it?"""

from pathlib import Path
from uuid import UUID

import orjson
from sqlalchemy import select

from custody import backup, keys
from custody.exchange import captures, tables
from custody.exchange.captured import Captor
from custody.exchange.captures import Capture
from custody.exchange.following import Exchange
from custody.exchange.outgoing import Outgoing
from custody.ledger import Ledger
from custody.projections.freshness import lay_out
from custody.pushing import Wanted, keeping, progress
from custody.pushing import tables as pushing
from custody.relaying import lay_out as lay_out_relaying
from custody.relaying import tables as relaying
from tests.backup.conftest import MASTER, NOW, silent
from tests.exchange.partners import document, event

CAPTOR = Captor("key", "330106-0007", None)


def exchange_of(ledger: Ledger) -> Exchange:
    lay_out(ledger.engine)
    tables.lay_out(ledger.engine)
    return Exchange(ledger, lambda: NOW, Outgoing(), lambda *_: [])


def work(exchange: Exchange) -> None:
    while exchange.work():
        pass


def taken_on(ledger: Ledger, number: int) -> Capture:
    body = orjson.dumps(document(event(number))).decode()
    new = Capture(UUID(int=number), "key:k", CAPTOR, "rollback", body, number)
    captures.begin(ledger.engine, new)
    return new


def test_a_capture_that_is_recorded_while_a_backup_is_made_is_done_out_of_it(
    ledger: Ledger, empty: Ledger, tmp_path: Path
) -> None:
    exchange = exchange_of(ledger)
    done = taken_on(ledger, 1)
    work(exchange)
    under_way = taken_on(ledger, 2)

    def meanwhile(_done: int, _total: int) -> None:
        if not ledger.since(1, 1):
            taken_on(ledger, 3)
            work(exchange)

    backup.take(ledger, tmp_path / "b", meanwhile)
    assert len(captures.listing(ledger.engine, "key:k", before=None, limit=9)) == 3
    restored = exchange_of(empty)
    backup.restore(empty, tmp_path / "b", silent)
    assert empty.head().position == 1
    work(restored)
    for one in (done, under_way):
        found = captures.find(empty.engine, one.name, "key:k")
        assert found is not None
        assert (found.errors, found.finished_at) == ([], NOW)
    # What was taken on after the backup had begun is not in it.
    assert len(captures.listing(empty.engine, "key:k", before=None, limit=9)) == 2
    assert empty.head().position == 2


def test_cursors_past_the_end_go_back_to_it(ledger: Ledger, empty: Ledger, tmp_path: Path) -> None:
    work(exchange_of(ledger))
    for number in range(3):
        taken_on(ledger, number)
    work(exchange_of(ledger))
    end = ledger.head().position
    engine = ledger.engine
    for each in (keys, pushing):
        each.lay_out(engine)
    lay_out_relaying(engine)
    key, _ = keys.create(engine, "auditor")
    ahead, behind = (
        keeping.create(engine, MASTER, key.id, Wanted("https://r.example/", after=after), NOW)[0]
        for after in (end + 5, end - 1)
    )
    moved = progress.step(engine, ahead, reaching=end + 9)
    assert moved is not None
    assert progress.step(engine, behind, reaching=end) is not None
    assert progress.die(engine, moved, end + 6, {"answered_at": NOW}, 10)
    relaying.move(engine, "nats", 0, end + 5)
    backup.take(ledger, tmp_path / "b", silent)
    backup.restore(empty, tmp_path / "b", silent)
    found = [keeping.find(empty.engine, one.id, None) for one in (ahead, behind)]
    assert [(one.cursor, one.reaching) for one in found] == [(end, None), (end - 1, end)]
    assert {one.round for one in found} == {1}, "what is told now is no repeat"
    with empty.engine.connect() as connection:
        assert connection.execute(select(pushing.dead_letter)).all() == []
    assert relaying.reached(empty.engine, "nats") == end
