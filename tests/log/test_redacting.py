"""What is left when a record is destroyed, and what is still proved?"""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import update

from custody import access_log, history
from custody.auditing import custody_verify
from custody.custodian import Custodian, Recorded, Request
from custody.events import Movement
from custody.ledger import Entry, Ledger, Record, writing
from custody.ledger.tables import record
from custody.log import evidence, heads, redacting, store, tables
from custody.log.redacting import Irredeemable, Why
from custody.log.verifying import Verified, verify
from custody.projections import EVERYTHING
from custody.projections.freshness import lay_out
from custody.projector import Projector
from custody.rebuilding import rebuild
from custody.terms import DAY, HOUR
from tests import given
from tests.given import other, pack, posted, sunday
from tests.log.sealing import NOW, POLICY, publish, read_note, seal
from tests.projections.bookkeeping import Office, checksums, silent

LATER = given.next_monday + 7 * DAY
WHY = Why("misplaced", "2026-017")
drop_off = given.drop_off(depositor="d-1", note="张三 13800138000")
store_, inspect = given.store(), given.inspect()
ended = given.dispose()
sent = given.dispatch([pack, other])
arrived = given.receive([pack, other])


@pytest.fixture
def sealed(office: Office) -> Ledger:
    """A ledger of a week's facts, sealed and published with heads."""
    lay_out(office.ledger.engine)
    office.post(drop_off, store_, inspect, given.drop_off(other), sent, arrived)
    return closed(office.ledger)


def closed(ledger: Ledger) -> Ledger:
    """Seal and publish what is recorded, heads included."""
    seal(ledger)
    heads.take(ledger, NOW)
    seal(ledger)
    publish(ledger)
    return ledger


def recorded(ledger: Ledger, fact: Movement) -> Record:
    """Return the record of a movement, destroyed or not."""
    return ledger.read([f"movement:{fact.id}"], redacted=True).records[0]


def redact(ledger: Ledger, *facts: Movement) -> Sequence[int]:
    """Destroy the records of some movements; return where they stand."""
    places = [recorded(ledger, fact).position for fact in facts]
    for place in places:
        redacting.redact(ledger, redacting.found(ledger, place), WHY, NOW)
    return tuple(places)


def verified(ledger: Ledger) -> Verified:
    return verify(ledger, read_note, silent)


def wrong(ledger: Ledger) -> list[tuple[str, int]]:
    return [(one.code, one.position) for one in verified(ledger).wrong]


def judged(ledger: Ledger, ref: str = pack) -> custody_verify.Report:
    """Return what the verifier says of a battery's evidence."""
    bundle = evidence.bundle(ledger, ref, history.read(ledger, ref).codes, lambda _: True, NOW)
    policy = custody_verify.read_policy(POLICY.encode())
    wishes = custody_verify.Wishes(ref, heads=True)
    return custody_verify.verify(policy, json.dumps(bundle).encode(), LATER // 1000, wishes)


def answer(custodian: Custodian, fact: Movement) -> Recorded:
    """Post a movement, and return the answer to it."""
    ((recorded,),) = custodian.record([Request([posted(fact)])])
    assert isinstance(recorded, Recorded)
    return recorded


def edit(ledger: Ledger, position: int, **values: Any) -> None:
    """Write to a record as somebody does who has the database's password."""
    with writing(ledger.engine) as connection:
        connection.execute(update(record).where(record.c.position == position).values(values))


def test_nothing_is_left_of_what_was_destroyed_but_its_leaf(sealed: Ledger) -> None:
    before = recorded(sealed, drop_off)
    redact(sealed, drop_off)
    left = recorded(sealed, drop_off)
    with sealed.engine.connect() as connection:
        entries = store.entries(connection, left.position, left.position)
    assert [left.data] == entries
    assert (left.key, left.posted_by, left.sent_at, left.remarks) == (b"", None, None, None)
    assert left.subjects == before.subjects
    assert left.recorded_at == before.recorded_at
    assert "张三".encode() not in left.data


def test_everything_is_still_proved_and_the_redaction_is_told(sealed: Ledger) -> None:
    places = redact(sealed, drop_off)
    assert verified(sealed) == Verified(sealed.head().position - 1, 1, [], places)
    closed(sealed)
    assert verified(sealed) == Verified(sealed.head().position, 2, [], places)


@pytest.mark.parametrize("fact", [drop_off, store_, sent, arrived])
def test_the_evidence_of_its_batteries_is_whole_and_says_redacted(
    sealed: Ledger, fact: Movement
) -> None:
    (place,) = redact(sealed, fact)
    report = judged(closed(sealed))
    assert report.errors == []
    for lang, mark in (("en", "redacted"), ("zh", "已销毁")):
        told = custody_verify.tell(report, "", lang)
        assert told["verdict"] == "whole"
        assert [one["index"] for one in told["facts"] if one["body"] == "redacted"] == [place - 1]
        assert mark in custody_verify.as_text(told, lang)
    assert judged(sealed, other).errors == []


def announced(report: custody_verify.Report) -> list[dict[str, Any]]:
    """Return what the verifier tells of announcements, in the order of the facts."""
    told = custody_verify.tell(report, "", "en")["facts"]
    return [one["redaction"] for one in told if one["redaction"]]


def test_the_evidence_tells_who_announced_it_when_and_why(sealed: Ledger) -> None:
    redact(sealed, drop_off, sent)
    report = judged(closed(sealed))
    positions = [one.position for one in sealed.since(0, 99, types=["redaction"])]
    told = announced(report)
    assert [one["position"] for one in told] == positions
    for one in told:
        assert (one["posted_by"], one["reason"], one["case"]) == (
            "custody redact",
            WHY.reason,
            WHY.case,
        )


def test_the_announcement_of_what_concerned_many_names_none_of_them(sealed: Ledger) -> None:
    redact(sealed, sent, arrived)
    codes = history.read(closed(sealed), pack).codes
    bundle = evidence.bundle(sealed, pack, codes, lambda _: False, NOW)
    assert len(bundle["redactions"]) == 2
    written = json.dumps(bundle)
    for said in (other, other.rpartition(":")[2], sent.consignment):
        assert said not in written


def test_no_evidence_is_handed_out_before_the_announcement_is_published(sealed: Ledger) -> None:
    redact(sealed, store_)
    with pytest.raises(evidence.Unpublished):
        judged(sealed)
    assert judged(sealed, other).errors == []
    assert judged(closed(sealed)).errors == []


def test_what_is_destroyed_without_a_word_is_found_by_the_auditor_too(sealed: Ledger) -> None:
    place = recorded(sealed, store_).position
    with sealed.engine.connect() as connection:
        (entry,) = store.entries(connection, place, place)
    edit(sealed, place, data=entry, key=b"", posted_by=None, remarks=None)
    assert [one.code for one in judged(sealed).errors] == ["redaction_untold"]
    assert judged(sealed, other).errors == []


def test_of_two_announcements_the_first_counts(sealed: Ledger) -> None:
    redact(sealed, store_)
    (first,) = sealed.since(0, 99, types=["redaction"])
    later = Entry(first.type, first.version, first.data, first.subjects, "somebody else")
    sealed.append([later], now=NOW)
    told = announced(judged(closed(sealed)))
    assert [one["position"] for one in told] == [first.position]


def test_the_log_is_sealed_anew_into_the_same_bytes(sealed: Ledger) -> None:
    redact(sealed, drop_off, sent)
    closed(sealed)
    with writing(sealed.engine) as connection:
        for table in (tables.leaf, tables.tile, tables.landmark):
            connection.execute(table.delete())
        connection.execute(tables.state.update().values(size=0, peaks=b""))
    seal(sealed)
    assert wrong(sealed) == []


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
def test_whoever_edits_what_is_left_is_found(sealed: Ledger, values: dict[str, Any]) -> None:
    (place,) = redact(sealed, drop_off)
    edit(sealed, place, **values)
    assert wrong(sealed)[0] == ("record_changed", place)
    with pytest.raises(evidence.Inconsistent):
        judged(sealed)


def test_whoever_edits_the_leaf_as_well_is_told_by_the_tree(sealed: Ledger) -> None:
    (place,) = redact(sealed, drop_off)
    entry = recorded(sealed, drop_off).data.replace(b'"b":"', b'"b":"A', 1)
    edit(sealed, place, data=entry)
    leaf = tables.leaf
    with writing(sealed.engine) as connection:
        connection.execute(update(leaf).where(leaf.c.position == place).values(entry=entry))
    assert wrong(sealed)[0][0] == "hash_changed"


def test_what_is_destroyed_without_a_word_is_found(sealed: Ledger) -> None:
    place = recorded(sealed, store_).position
    with sealed.engine.connect() as connection:
        (entry,) = store.entries(connection, place, place)
    edit(sealed, place, data=entry, key=b"", posted_by=None, remarks=None)
    assert wrong(sealed) == [("redaction_untold", place)]


def test_what_is_said_to_be_destroyed_and_is_not_is_found_and_can_be_finished(
    sealed: Ledger,
) -> None:
    before = recorded(sealed, store_)
    (place,) = redact(sealed, store_)
    edit(sealed, place, **{name: getattr(before, name) for name in ("data", "key", "posted_by")})
    assert wrong(sealed) == [("redaction_unfinished", place)]
    end = sealed.head()
    redact(sealed, store_)
    redact(sealed, store_)
    assert sealed.head() == end
    assert wrong(sealed) == []


def test_what_cannot_be_proved_is_not_destroyed(office: Office, sealed: Ledger) -> None:
    office.post(given.inspect(other))
    last = sealed.head().position
    heads_taken = last - 1
    edit(sealed, recorded(sealed, store_).position, posted_by="k9")
    refused = {
        0: "not_recorded",
        last + 1: "not_recorded",
        1: "not_a_movement",
        heads_taken: "not_a_movement",
        last: "not_published",
        recorded(sealed, store_).position: "changed",
    }
    for position, code in refused.items():
        with pytest.raises(Irredeemable) as why:
            redacting.found(sealed, position)
        assert why.value.code == code


def test_who_destroyed_it_and_why_stays_on_record(sealed: Ledger) -> None:
    redact(sealed, drop_off)
    (look,) = access_log.listing(sealed.engine, action="redact", limit=9)
    assert (look.resource, look.outcome) == (f"movement:{drop_off.id}", "misplaced")
    (fact,) = sealed.since(0, 9, types=["redaction"])
    assert json.loads(fact.data)["case"] == "2026-017"


def test_live_projections_are_those_of_a_rebuild_and_count_it_no_more(
    office: Office, sealed: Ledger
) -> None:
    projector = Projector(sealed)
    projector.catch_up()
    redact(sealed, arrived)
    rebuild(sealed, EVERYTHING, silent)
    projector.catch_up()
    live = checksums(sealed)
    rebuild(sealed, EVERYTHING, silent)
    assert checksums(sealed) == live
    assert history.read(sealed, pack).whereabouts()["state"] == "in_transit"
    office.post(given.receive([pack, other], note="again"))
    projector.catch_up()
    assert history.read(sealed, pack).whereabouts()["state"] == "in_stock"


def test_a_history_has_its_place_and_nothing_else(sealed: Ledger) -> None:
    (place,) = redact(sealed, store_)
    found = history.read(sealed, pack)
    assert [one.position for one in found.redacted] == [place]
    assert [one.fact.type for one in found.told] == ["drop_off", "inspect", "dispatch", "receive"]
    effective = found.all_in_effective_order()
    assert effective.index(found.redacted[0]) == 1
    assert found.all_as_recorded() == effective
    assert found.until(store_.at - 1).redacted == []


def test_a_terminal_that_asks_again_is_answered_and_nothing_comes_back(sealed: Ledger) -> None:
    (place,) = redact(sealed, drop_off)
    end = sealed.head()
    again = answer(Custodian(sealed, lambda: LATER), drop_off)
    assert (again.duplicate, again.receipt.position) == (True, place)
    assert sealed.head() == end


def test_who_decides_forgets_what_rested_on_it(sealed: Ledger) -> None:
    custodian = Custodian(sealed, lambda: LATER)
    answer(custodian, ended)
    remarks = answer(custodian, given.inspect(at=sunday)).receipt.remarks
    assert [one["code"] for one in remarks] == ["after_the_end"]
    redact(closed(sealed), ended)
    assert answer(custodian, given.inspect(at=sunday + HOUR)).receipt.remarks == []


@pytest.mark.parametrize("the_void", [False, True])
def test_a_void_goes_with_its_target_and_a_target_comes_back_without_its_void(
    office: Office, sealed: Ledger, *, the_void: bool
) -> None:
    void = given.void(store_)
    office.post(void)
    closed(sealed)
    redact(sealed, void if the_void else store_)
    Projector(sealed).catch_up()
    rebuild(sealed, EVERYTHING, silent)
    types = [one.fact.type for one in history.read(sealed, pack).told]
    assert ("void" in types, "store" in types) == (False, the_void)
    assert wrong(sealed) == []
    assert judged(closed(sealed)).errors == []
