from collections.abc import Sequence
from uuid import UUID

import orjson
import pytest

from custody.exchange import captures, indexing
from custody.exchange.adding import Told
from custody.exchange.captured import Captor
from custody.exchange.captures import Capture
from custody.exchange.following import BEHIND_MAX, Exchange, done
from custody.exchange.incoming import Posted
from custody.exchange.outgoing import Outgoing
from custody.exchange.tables import lay_out
from custody.ledger import Entry, Ledger, Record
from custody.projections.freshness import lay_out as lay_out_projections
from custody.terms import Refused
from tests.exchange.partners import document, event, event_id
from tests.given import data, drop_off
from tests.waiting import eventually

CAPTOR = Captor("key", "330106-0007", None)


def nobody(captor: Captor, bodies: Sequence[bytes]) -> list[Posted]:
    """Post nothing: none of these events is a movement of ours."""
    raise AssertionError(captor, bodies)


@pytest.fixture
def exchange(ledger: Ledger) -> Exchange:
    lay_out_projections(ledger.engine)
    lay_out(ledger.engine)
    return Exchange(ledger, lambda: 1_000, Outgoing(), nobody)


def taken_on(ledger: Ledger, number: int) -> Capture:
    body = _written(event(number))
    new = Capture(UUID(int=number), "key:k", CAPTOR, "rollback", body, number)
    captures.begin(ledger.engine, new)
    return new


def test_nothing_is_indexed_until_somebody_asks(exchange: Exchange, ledger: Ledger) -> None:
    ledger.append([Entry("drop_off", 1, data(drop_off()), ("movement:a", "site:b"))], now=1)
    assert not exchange.work()
    assert indexing.lag(ledger) == (None, 1)
    with pytest.raises(Refused, match="not_there_yet"):
        exchange.begun(0)  # what there is must not seem to be nothing
    exchange.work()
    assert indexing.lag(ledger) == (1, 1)
    exchange.begun(0)


def test_an_index_that_is_only_begun_does_not_answer(exchange: Exchange, ledger: Ledger) -> None:
    exchange.begun(0)  # there is nothing, and it says so
    exchange = Exchange(ledger, lambda: 1_000, Outgoing(), nobody)
    ledger.append([Entry("heads", 1, b'{"type":"heads"}', ())], now=1)
    with pytest.raises(Refused, match="not_there_yet"):
        exchange.begun(0)
    indexing.step(ledger, Outgoing())
    exchange.begun(0)


def test_an_index_that_is_far_behind_does_not_answer(exchange: Exchange, ledger: Ledger) -> None:
    entry = Entry("heads", 1, b'{"type":"heads"}', ())
    ledger.append([entry] * (BEHIND_MAX + 1), now=1)
    with pytest.raises(Refused, match="not_there_yet"):
        exchange.begun(0)
    indexing.step(ledger, Outgoing(), 1)
    exchange.begun(0)


def test_a_capture_that_was_recorded_and_not_noted_is_done_once(
    exchange: Exchange, ledger: Ledger
) -> None:
    new = taken_on(ledger, 7)
    nameless = {name: value for name, value in event(8).items() if name != "eventID"}
    twice = new._replace(id=UUID(int=8), created_at=8, body=_written(nameless))
    captures.begin(ledger.engine, twice)
    for capture in (new, twice):
        done(ledger, capture, 5, nobody, Outgoing())  # killed before this was noted
    while exchange.work():
        pass
    assert len(ledger.since(0, 10, types=["epcis"])) == 2
    assert captures.waiting(ledger.engine, 10) == []


def test_what_became_of_a_capture_is_read_by_whoever_asks_for_it_alone(
    exchange: Exchange, ledger: Ledger
) -> None:
    """It is hundreds of entries long, and who does captures looks again and again what is left."""
    new = taken_on(ledger, 7)
    captures.recorded(ledger.engine, done(ledger, new, 5, nobody, Outgoing()))
    (waiting,) = captures.waiting(ledger.engine, 10)
    found = captures.find(ledger.engine, new.name, new.owner)
    assert found is not None
    assert waiting == found._replace(errors=(), movements=())
    assert [one["eventID"] for one in found.movements] == [event_id(7)]


def test_two_who_index_at_once_do_not_write_twice(exchange: Exchange, ledger: Ledger) -> None:
    taken_on(ledger, 7)
    while exchange.work():
        pass
    ledger.append([Entry("heads", 1, b'{"type":"heads"}', ())], now=1)
    tell = Outgoing()

    def meanwhile(ledger: Ledger, records: Sequence[Record]) -> dict[int, Sequence[Told]]:
        indexing.step(ledger, tell)
        return {}

    with pytest.raises(indexing.Overtaken):
        indexing.step(ledger, meanwhile)


def test_of_two_processes_one_captures_and_another_takes_over(
    exchange: Exchange, ledger: Ledger
) -> None:
    told_by: list[int] = []

    def process(number: int) -> Exchange:
        tell = Outgoing()

        def tells(ledger: Ledger, records: Sequence[Record]) -> dict[int, Sequence[Told]]:
            told_by.append(number)
            return tell(ledger, records)

        return Exchange(ledger, lambda: 1_000, tells, nobody)

    def capture(number: int) -> None:
        taken_on(ledger, number)
        eventually(lambda: not captures.waiting(ledger.engine, 1))

    processes = [process(number) for number in range(2)]
    for each in processes:
        each.start()
    for number in range(5):
        capture(number)
    (leading,) = set(told_by)
    processes[leading].stop()
    capture(5)
    processes[1 - leading].stop()
    assert set(told_by) == {0, 1}
    assert len(ledger.since(0, 10, types=["epcis"])) == 6


def _written(*events: object) -> str:
    return orjson.dumps(document(*events)).decode()
