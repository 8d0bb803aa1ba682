"""What is left when a record is destroyed, and what is still proved?"""

import json
from typing import Any

import pytest
from sqlalchemy import update

from custody import access_log, history
from custody.custodian import Custodian, Recorded, Request
from custody.events import Movement
from custody.ledger import Ledger, writing
from custody.log import evidence, redacting, store, tables
from custody.log.redacting import Irredeemable
from custody.log.verifying import Verified, verify
from custody.projections import EVERYTHING
from custody.projector import Projector
from custody.rebuilding import rebuild
from custody.terms import HOUR
from tests import given
from tests.given import other, pack, posted, sunday
from tests.log.destroyed import (
    LATER,
    arrived,
    closed,
    destroy_unsaid,
    drop_off,
    edit,
    ended,
    judged,
    recorded,
    redact,
    sent,
    store_,
)
from tests.log.sealing import read_note, seal
from tests.projections.bookkeeping import Office, checksums, silent


def verified(ledger: Ledger) -> Verified:
    return verify(ledger, read_note, silent)


def wrong(ledger: Ledger) -> list[tuple[str, int]]:
    return [(one.code, one.position) for one in verified(ledger).wrong]


def answer(custodian: Custodian, fact: Movement) -> Recorded:
    """Post a movement, and return the answer to it."""
    ((recorded,),) = custodian.record([Request([posted(fact)])])
    assert isinstance(recorded, Recorded)
    return recorded


def test_nothing_is_left_of_what_was_destroyed_but_its_leaf(week: Ledger) -> None:
    before = recorded(week, drop_off)
    redact(week, drop_off)
    left = recorded(week, drop_off)
    with week.engine.connect() as connection:
        entries = store.entries(connection, left.position, left.position)
    assert [left.data] == entries
    assert (left.key, left.posted_by, left.sent_at, left.remarks) == (b"", None, None, None)
    assert left.subjects == before.subjects
    assert left.recorded_at == before.recorded_at
    assert "张三".encode() not in left.data


def test_everything_is_still_proved_and_the_redaction_is_told(week: Ledger) -> None:
    places = redact(week, drop_off)
    assert verified(week) == Verified(week.head().position - 1, 1, [], places, takings=1)
    closed(week)
    assert verified(week) == Verified(week.head().position, 2, [], places, takings=2)


def test_the_log_is_sealed_anew_into_the_same_bytes(week: Ledger) -> None:
    redact(week, drop_off, sent)
    closed(week)
    with writing(week.engine) as connection:
        for table in (tables.leaf, tables.tile, tables.landmark):
            connection.execute(table.delete())
        connection.execute(tables.state.update().values(size=0, peaks=b""))
    seal(week)
    assert wrong(week) == []


@pytest.mark.parametrize(
    "values",
    [
        {"data": b"{}"},
        {"data": b"{"},
        {"type": "store"},
        {"recorded_at": 1_700_000_000_000},
        {"version": 2},
        {"subjects": "movement:0193a5c2-7b1e-7c3d-9a10-2f4e5d6c7b8a"},
    ],
)
def test_whoever_edits_what_is_left_is_found(week: Ledger, values: dict[str, Any]) -> None:
    (place,) = redact(week, drop_off)
    edit(week, place, **values)
    assert wrong(week)[0] == ("record_changed", place)
    with pytest.raises(evidence.Inconsistent):
        judged(week)


def test_whoever_edits_the_leaf_as_well_is_told_by_the_tree(week: Ledger) -> None:
    (place,) = redact(week, drop_off)
    entry = recorded(week, drop_off).data.replace(b'"b":"', b'"b":"A', 1)
    edit(week, place, data=entry)
    leaf = tables.leaf
    with writing(week.engine) as connection:
        connection.execute(update(leaf).where(leaf.c.position == place).values(entry=entry))
    assert wrong(week)[0][0] == "hash_changed"


def test_what_is_destroyed_without_a_word_is_found(week: Ledger) -> None:
    place = destroy_unsaid(week, store_)
    assert wrong(week) == [("redaction_untold", place)]


def test_what_is_said_to_be_destroyed_and_is_not_is_found_and_can_be_finished(
    week: Ledger,
) -> None:
    before = recorded(week, store_)
    (place,) = redact(week, store_)
    edit(week, place, **{name: getattr(before, name) for name in ("data", "key", "posted_by")})
    assert wrong(week) == [("redaction_unfinished", place)]
    end = week.head()
    redact(week, store_)
    redact(week, store_)
    assert week.head() == end
    assert wrong(week) == []


def test_what_cannot_be_proved_is_not_destroyed(office: Office, week: Ledger) -> None:
    office.post(given.inspect(other))
    last = week.head().position
    heads_taken = last - 1
    edit(week, recorded(week, store_).position, posted_by="k9")
    refused = {
        0: "not_recorded",
        last + 1: "not_recorded",
        1: "not_a_movement",
        heads_taken: "not_a_movement",
        last: "not_published",
        recorded(week, store_).position: "changed",
    }
    for position, code in refused.items():
        with pytest.raises(Irredeemable) as why:
            redacting.found(week, position)
        assert why.value.code == code


def test_who_destroyed_it_and_why_stays_on_record(week: Ledger) -> None:
    redact(week, drop_off)
    (look,) = access_log.listing(week.engine, action="redact", limit=9)
    assert (look.resource, look.outcome) == (f"movement:{drop_off.id}", "misplaced")
    (fact,) = week.since(0, 9, types=["redaction"])
    assert json.loads(fact.data)["case"] == "2026-017"


def test_live_projections_are_those_of_a_rebuild_and_count_it_no_more(
    office: Office, week: Ledger
) -> None:
    projector = Projector(week)
    projector.catch_up()
    redact(week, arrived)
    rebuild(week, EVERYTHING, silent)
    projector.catch_up()
    live = checksums(week)
    rebuild(week, EVERYTHING, silent)
    assert checksums(week) == live
    assert history.read(week, pack).whereabouts()["state"] == "in_transit"
    office.post(given.receive([pack, other], note="again"))
    projector.catch_up()
    assert history.read(week, pack).whereabouts()["state"] == "in_stock"


def test_a_history_has_its_place_and_nothing_else(week: Ledger) -> None:
    (place,) = redact(week, store_)
    found = history.read(week, pack)
    assert [one.position for one in found.redacted] == [place]
    assert [one.fact.type for one in found.told] == ["drop_off", "inspect", "dispatch", "receive"]
    effective = found.all_in_effective_order()
    assert effective.index(found.redacted[0]) == 1
    assert found.all_as_recorded() == effective
    assert found.until(store_.at - 1).redacted == []


def test_a_terminal_that_asks_again_is_answered_and_nothing_comes_back(week: Ledger) -> None:
    (place,) = redact(week, drop_off)
    end = week.head()
    again = answer(Custodian(week, lambda: LATER), drop_off)
    assert (again.duplicate, again.receipt.position) == (True, place)
    assert week.head() == end


def test_who_decides_forgets_what_rested_on_it(week: Ledger) -> None:
    custodian = Custodian(week, lambda: LATER)
    answer(custodian, ended)
    remarks = answer(custodian, given.inspect(at=sunday)).receipt.remarks
    assert [one["code"] for one in remarks] == ["after_the_end"]
    redact(closed(week), ended)
    assert answer(custodian, given.inspect(at=sunday + HOUR)).receipt.remarks == []


@pytest.mark.parametrize("the_void", [False, True])
def test_a_void_goes_with_its_target_and_a_target_comes_back_without_its_void(
    office: Office, week: Ledger, *, the_void: bool
) -> None:
    void = given.void(store_)
    office.post(void)
    closed(week)
    redact(week, void if the_void else store_)
    Projector(week).catch_up()
    rebuild(week, EVERYTHING, silent)
    types = [one.fact.type for one in history.read(week, pack).told]
    assert ("void" in types, "store" in types) == (False, the_void)
    assert wrong(week) == []
    assert judged(closed(week)).errors == []
