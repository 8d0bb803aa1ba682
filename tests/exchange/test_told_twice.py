"""Does the index hold once what its records tell it twice?"""

from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from custody.events import Redacted, read_movement
from custody.exchange import tables
from custody.exchange.adding import MOVEMENT
from custody.exchange.captured import Captor
from custody.exchange.written import read_fact
from custody.ledger import Entry, Ledger, open_ledger
from tests.api.movements import COLLECTOR, battery, drop_off, movement_id
from tests.custodians import Interrupted
from tests.exchange.indexed import Indexed
from tests.exchange.partners import document, event_id
from tests.exchange.test_incoming import OURS, collected

OWN = Captor("key:k", COLLECTOR, None)
OTHER = Captor("key:o", None, "91440300MA00000028")
DECLARED = "2026-03-06T12:00:00+08:00"


@pytest.fixture
def indexed(ledger: Ledger) -> Indexed:
    return Indexed(ledger)


def record(indexed: Indexed, fact: Any) -> int:
    data = orjson.dumps(fact.model_dump(mode="json", exclude_none=True))
    entry = Entry(fact.type, fact.version, data, tuple(fact.subjects()))
    return indexed.ledger.append([entry], now=5_000).first


def record_what_it_brought(indexed: Indexed) -> str:
    """Record the movement that was posted last; return its id."""
    body = indexed.posted[-1]
    record(indexed, read_movement(orjson.dumps(body)))
    return str(body["id"])


def announce_the_end_of(indexed: Indexed, position: int) -> None:
    """Announce that a captured event is destroyed."""
    said = {"type": "redaction", "position": position, "event": event_id(1), "reason": "order"}
    record(indexed, Redacted.model_validate(said))


def made_again(indexed: Indexed) -> list[str]:
    """Make the index again, in one batch; return the ids of all events that are found then."""
    tables.renew(indexed.ledger.engine)
    indexed.follow()
    return [one.event_id for one in indexed.page({}).shown]


def entries(indexed: Indexed, table: Any) -> int:
    with indexed.ledger.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def test_whom_an_event_and_the_movement_that_it_brought_concern(indexed: Indexed) -> None:
    indexed.capture(collected(1), captor=OWN, **OURS)
    before = entries(indexed, tables.whose), entries(indexed, tables.trait)
    record_what_it_brought(indexed)
    indexed.follow()
    assert (entries(indexed, tables.whose), entries(indexed, tables.trait)) == before
    assert made_again(indexed) == [event_id(1)]
    assert (entries(indexed, tables.whose), entries(indexed, tables.trait)) == before


def test_a_movement_whose_two_events_are_destroyed_at_once_speaks_for_itself_once(
    indexed: Indexed,
) -> None:
    for captor in (OWN, OTHER):
        indexed.capture(collected(1), captor=captor, **OURS)
    movement = record_what_it_brought(indexed)
    assert made_again(indexed) == [event_id(1)] * 2
    for position in (1, 2):
        announce_the_end_of(indexed, position)
    assert made_again(indexed) == [f"urn:uuid:{movement}"]


def test_of_two_events_that_are_destroyed_at_once_neither_stands_for_what_both_brought(
    indexed: Indexed,
) -> None:
    for captor in (OWN, OTHER):
        indexed.capture(collected(1), captor=captor, **OURS)
    movement = record_what_it_brought(indexed)
    indexed.follow()
    for position in (1, 2):
        announce_the_end_of(indexed, position)
    indexed.follow()
    kept_up = [one.event_id for one in indexed.page({}).shown]
    assert kept_up == made_again(indexed) == [f"urn:uuid:{movement}"]
    assert entries(indexed, tables.event) == 1


def test_a_movement_that_speaks_for_itself_does_so_again_when_another_event_is_gone(
    indexed: Indexed,
) -> None:
    indexed.capture(collected(1), captor=OWN, **OURS)
    movement = record_what_it_brought(indexed)
    announce_the_end_of(indexed, 1)
    indexed.capture(collected(1), captor=OTHER, **OURS)
    announce_the_end_of(indexed, indexed.ledger.head().position)
    indexed.follow()
    kept_up = [one.event_id for one in indexed.page({}).shown]
    assert kept_up == made_again(indexed) == [f"urn:uuid:{movement}"]


@pytest.mark.parametrize("destroyed", [1, 2])
def test_where_one_of_two_events_is_destroyed_the_other_stands_for_what_both_brought(
    indexed: Indexed, destroyed: int
) -> None:
    for captor in (OWN, OTHER):
        indexed.capture(collected(1), captor=captor, **OURS)
    record_what_it_brought(indexed)
    indexed.follow()
    before = owners(indexed)
    assert made_again(indexed) == [event_id(1)] * 2
    assert owners(indexed) == before, "of the two, the first stands for it"
    announce_the_end_of(indexed, destroyed)
    indexed.follow()
    kept_up = [one.event_id for one in indexed.page({}).shown]
    whose = owners(indexed)
    assert kept_up == made_again(indexed) == [event_id(1)]
    assert owners(indexed) == whose


def owners(indexed: Indexed) -> list[tuple[int, str]]:
    """Say who sees what is at which place."""
    rows = select(tables.whose.c.place, tables.whose.c.subject).order_by(*tables.whose.c)
    with indexed.ledger.engine.connect() as connection:
        return [(place, subject) for place, subject in connection.execute(rows)]


def test_a_movement_that_a_declaration_names_twice(indexed: Indexed) -> None:
    """It takes two back, under the one id that their sender has given it."""
    two = {"epcList": [f"urn:custody:battery:{battery(one)}" for one in (1, 2)]}
    by = f"urn:uuid:{movement_id(3)}"
    declared = {"declarationTime": DECLARED, "reason": "did_not_occur", "custody:by": by}
    told = {**collected(1), **two}
    indexed.capture(told, {**told, "errorDeclaration": declared}, captor=OWN, **OURS)
    (_, fact) = (read_fact(one.data) for one in indexed.ledger.since(0, 2))
    assert len(fact.movements) == 2
    assert len({*fact.movements}) == 1
    assert made_again(indexed) == [event_id(1)] * 2
    with indexed.ledger.engine.connect() as connection:
        named = select(tables.value.c.value).where(tables.value.c.name == MOVEMENT)
        assert len([*connection.scalars(named)]) == 3


@pytest.mark.parametrize("same", [True, False])
def test_a_movement_that_is_recorded_while_its_event_is_being_told_back_is_known(
    ledger: Ledger, tmp_path: Path, same: bool
) -> None:
    movement = read_movement(orjson.dumps(drop_off(1)))
    teller = Indexed(open_ledger(f"sqlite:///{tmp_path / 'teller.db'}"))
    record(teller, movement)
    teller.follow()
    (told,) = teller.page({}).shown
    teller.ledger.close()
    contended = Interrupted(ledger.engine)
    indexed = Indexed(contended)

    def before_append() -> None:
        contended.before_append = lambda: None
        record(indexed, movement)

    contended.before_append = before_append
    said = orjson.loads(told.said) | ({} if same else {"custody:channel": "online"})
    body = orjson.dumps({**document(said), **OURS}).decode()
    became = indexed.told(body, OWN)
    assert [one["code"] for one in became.errors] == ([] if same else ["epcis_event_reused"])
    assert contended.appended == [1], "the movement alone"
    assert not indexed.posted
