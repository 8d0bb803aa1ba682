"""What does the service make of the weeks: is anything refused, and what is remarked on?"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from json import dumps
from pathlib import Path

import pytest

from custody import history
from custody.auditing import custody_verify
from custody.auditing.custody_verify import Report
from custody.custodian import Custodian, Posted, Recorded, Request
from custody.decisions import KINDS, Poster
from custody.demo.terminal import Posting, serialise
from custody.events import BY_TYPE, Registration, read_movement
from custody.events.issuing import NumbersWanted
from custody.ledger import Ledger, Record, open_ledger
from custody.log import evidence, heads, redacting, store, tables
from custody.log.redacting import Why
from custody.log.verifying import verify
from custody.projections import inventory
from custody.projections.freshness import lay_out, snapshot
from custody.projector import Projector
from custody.terms import Refused, millis
from tests.demo.sampling import SPECIAL, happened, sample
from tests.demo.telling import movements, network, told, until
from tests.log.sealing import NOW, ORIGIN, POLICY, published, read_note, seal
from tests.projections.bookkeeping import silent

AT_ONCE = 50  # requests, as many terminals may send them
REMARKED_MAX = 0.05  # of all movements: most batteries lead an ordinary life
OCCURRING_MIN = 0.9  # of the remarks that an ordinary network causes

EXTRAORDINARY = {
    # a terminal that was tampered with, taken elsewhere, or has lost its clock
    *("chain_broken", "clock_skew", "sequence_fork", "sequence_gap"),
    *("terminal_of_another_site", "terminal_suspended", "signature_unknown_key"),
    # goods and batteries that do not belong here
    *("un_not_listed", "un_of_another_kind", "recipient_external", "recipient_unknown"),
    *("second_life_product", "loose_letter", "made_in_the_future", "product_not_a_pack"),
    *("product_differs", "tag_of_a_later_year", "tag_division_unknown", "tag_not_issued"),
    # what only who means to deceive does, or who has not understood at all
    *("backflow", "route_not_permitted", "sent_to_itself", "carrier_suspended"),
    *("consignment_number_used", "items_digest_wrong", "legacy_credit_code"),
    *("returns_not_received", "returns_unknown", "dismantling_not_allowed", "grade_inflated"),
    *("not_a_disposal_site", "not_a_recycler", "not_a_tag", "two_codes_of_a_kind"),
    *("linked_apart", "linked_to_ended", "linked_unlike", "part_known", "new_code_known"),
    *("new_code_odd", "second_life_closed", "second_life_route_closed"),
    *("recovered_exceeds_input", "never_weighed", "nothing_weighed"),
    *("frozen_after_the_count", "frozen_long_before", "held_before", "not_held", "lost_before"),
    *("nothing_changed", "order_cancelled", "service_differs"),
    # a registry that is not up to date
    *("division_abolished", "division_statistical"),
    # two slips about one fact: chance alone brings them together
    *("corrected_before", "voided_before", "tag_used_before", "found_never_lost"),
}
"""The remarks that an honest network may well never cause."""

OF_NO_BATTERY = {"dispose", "order"}
"""What happens in this network, and to none of its batteries as such."""


@dataclass
class Told:
    """What became of the weeks in the books."""

    ledger: Ledger
    refused: list[str] = field(default_factory=list)
    remarked: int = 0
    remarks: Counter[str] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The books with the demo's whole network and weeks in them."""
    path: Path = tmp_path_factory.mktemp("demo") / "custody.db"
    ledger = open_ledger(f"sqlite:///{path}")
    custodian = Custodian(ledger, clock=lambda: millis(until))
    weeks, postings = told()
    for path_, body in [*network().registrations(), *weeks.registrations()]:
        custodian.register(registration(path_, body))
    for book in weeks.books:
        where, body = book.wanted()
        said = dumps({"id": where.rsplit("/", 1)[1], **body})
        given = custodian.issue(NumbersWanted.model_validate_json(said)).book
        assert (given.first, given.count) == (book.first, book.count)
    found = Told(ledger)
    for start in range(0, len(postings), AT_ONCE):
        requests = [request(one) for one in postings[start : start + AT_ONCE]]
        for outcomes in custodian.record(requests):
            for outcome in outcomes:
                note(found, outcome)
    lay_out(ledger.engine)
    Projector(ledger).catch_up()
    yield found
    ledger.close()


def registration(path: str, body: dict[str, object]) -> Registration:
    _, _, collection, *names = path.split("/")
    type_, *keys = {
        "organisations": ("organisation_registered", "uscc"),
        "sites": ("site_registered", "site"),
        "terminals": ("terminal_registered", "terminal"),
        "routes": ("route_registered", "from_kind", "to_kind"),
    }[collection]
    said = dumps({"type": type_, **dict(zip(keys, names, strict=True)), **body})
    fact = BY_TYPE[type_].model_validate_json(said)
    assert isinstance(fact, Registration)
    return fact


def request(posting: Posting) -> Request:
    poster = Poster("key", posting.site, f"{posting.site}-T1")
    bodies = map(serialise, posting.movements)
    return Request([Posted(read_movement(one), one, poster, posting.sent_at) for one in bodies])


def note(found: Told, outcome: Recorded | Refused) -> None:
    if isinstance(outcome, Refused):
        found.refused.append(f"{outcome.code}: {outcome.errors}")
    elif not outcome.duplicate and outcome.receipt.remarks:
        found.remarked += 1
        found.remarks.update({remark["code"] for remark in outcome.receipt.remarks})


def test_nothing_is_refused(recorded: Told) -> None:
    assert recorded.refused == []


def test_most_movements_are_not_remarked_on(recorded: Told) -> None:
    assert 0 < recorded.remarked < REMARKED_MAX * len(movements())


def test_nearly_every_remark_that_an_ordinary_network_causes_occurs(recorded: Told) -> None:
    assert KINDS.keys() >= EXTRAORDINARY, sorted(EXTRAORDINARY - KINDS.keys())
    ordinary = KINDS.keys() - EXTRAORDINARY
    never = ordinary - recorded.remarks.keys()
    assert len(never) <= (1 - OCCURRING_MIN) * len(ordinary), sorted(never)


def test_every_terminal_s_chain_is_unbroken(recorded: Told) -> None:
    broken = {"chain_broken", "sequence_fork", "sequence_gap"}
    assert not broken & recorded.remarks.keys()


def test_a_stranger_s_signature_and_a_missing_one_are_told(recorded: Told) -> None:
    assert recorded.remarks["signature_invalid"] == recorded.remarks["signature_missing"] == 1


def test_one_site_works_on_for_a_while_although_it_is_suspended(recorded: Told) -> None:
    assert 0 < recorded.remarks["site_suspended"] < 60
    assert recorded.remarks["recipient_suspended"] > 0
    assert recorded.remarks["skipped_tier"] > 0


def test_one_point_is_as_good_as_full(recorded: Told) -> None:
    cabinet = network().cabinet
    with snapshot(recorded.ledger.engine) as (connection, _):
        held_g = sum(row["mass_g"] for row in inventory.stock(connection, cabinet.id))
    assert 0.75 * cabinet.capacity_g < held_g <= 1.05 * cabinet.capacity_g


@pytest.fixture(scope="module")
def sealed(recorded: Told) -> Ledger:
    """The same books, sealed and published with the heads of every battery."""
    ledger = recorded.ledger
    tables.lay_out(ledger.engine)
    store.begin(ledger.engine, ORIGIN)
    seal(ledger)
    assert heads.take(ledger, millis(until)) is not None
    published(ledger.engine)
    return ledger


def examined(ledger: Ledger, ref: str) -> Report:
    """Return what the verifier says of the evidence of a battery."""
    all_codes = history.read(ledger, ref).codes
    bundle = evidence.bundle(ledger, ref, all_codes, evidence.every_body, millis(until))
    policy = custody_verify.read_policy(POLICY.encode())
    wishes = custody_verify.Wishes(ref, heads=True)
    return custody_verify.verify(policy, dumps(bundle).encode(), NOW // 1000, wishes)


def judged(ledger: Ledger, ref: str) -> list[str]:
    """Return what is wrong with the evidence of a battery; where nothing is, it is whole."""
    report = examined(ledger, ref)
    assert report.errors or custody_verify.tell(report, "", "en")["verdict"] == "whole"
    return [one.code for one in report.errors]


def remarked(ledger: Ledger, code: str) -> list[Record]:
    """Return the records on which something was remarked."""
    records = ledger.since(0, ledger.head().position)
    return [one for one in records if f'"{code}"'.encode() in (one.remarks or b"")]


def test_whatever_happens_to_a_battery_its_evidence_is_whole(sealed: Ledger) -> None:
    lives = happened(sealed)
    things = set[str]().union(*lives.values())
    assert things >= SPECIAL | {one["type"] for one in movements()} - OF_NO_BATTERY
    (forged,) = remarked(sealed, "signature_invalid")
    for ref in sample(lives):
        if f"battery:{ref}" not in forged.subjects:
            assert judged(sealed, ref) == [], ref


def test_evidence_tells_of_a_stranger_s_signature_and_of_nothing_else(sealed: Ledger) -> None:
    (forged,) = remarked(sealed, "signature_invalid")
    (battery,) = (one for one in forged.subjects if one.startswith("battery:"))
    assert judged(sealed, battery.partition(":")[2]) == ["terminal_signature"]


def test_what_is_destroyed_of_it_leaves_everything_else_proved(sealed: Ledger) -> None:
    arrivals = (one for one in sealed.since(0, sealed.head().position) if one.type == "receive")
    arrived = max(arrivals, key=lambda one: len(one.subjects))
    redacting.redact(sealed, redacting.found(sealed, arrived.position), Why("order"), NOW)
    found = verify(sealed, read_note, silent)
    assert (found.wrong, found.redacted) == ([], (arrived.position,))
    seal(sealed)
    published(sealed.engine)
    batteries = [one for one in arrived.subjects if one.startswith("battery:")]
    for battery in batteries[:3]:
        report = examined(sealed, battery.partition(":")[2])
        assert report.errors == []
        facts = custody_verify.tell(report, "", "zh")["facts"]
        hidden = [one["index"] for one in facts if one["body"] == "redacted"]
        assert hidden == [arrived.position - 1]
