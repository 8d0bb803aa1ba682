"""How far has an order come, what was collected under it, and whichever way that came to us?"""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.custodian import Custodian
from custody.events import Movement, OrderAdvanced
from custody.ledger import Ledger
from custody.projections.freshness import snapshot
from custody.projections.orders import batteries, collected, listing, order_battery, service_order
from custody.projector import Projector
from custody.rebuilding import verify
from custody.state.order import Order, evolve
from custody.terms import DAY, HOUR, Millis
from tests.custodians import custodian_of, record, shown
from tests.given import (
    CENTRE,
    POINT,
    correct,
    drop_off,
    monday,
    order,
    ordered_by_phone,
    ordered_online,
    other,
    pack,
    saturday,
    store,
    sunday,
    third,
    thursday,
    tuesday,
    uuid7,
    void,
    wednesday,
)
from tests.hypothesis_profile import examples
from tests.projections.bookkeeping import laid_out, silent
from tests.projections.kept import Kept, as_believed
from tests.strategies import arrivals, in_batches, order_steps, orders

WINDOW = {"from": "2026-03-04T09:00:00+08:00", "to": "2026-03-04T12:00:00+08:00"}
NOON = wednesday + 3 * HOUR


def ordered(**said: Any) -> OrderAdvanced:
    return order("ordered", at=monday, **said)


def scheduled(**said: Any) -> OrderAdvanced:
    return order("scheduled", at=tuesday, **said)


def collected_(**said: Any) -> OrderAdvanced:
    return order("collected", at=wednesday, **said)


def came_in(ref: str = pack, **said: Any) -> Movement:
    said = {"at": wednesday - HOUR, "channel": "pickup", "order": ordered_online, **said}
    return drop_off(ref, **said)


@pytest.fixture
def custodian(ledger: Ledger) -> Custodian:
    return custodian_of(ledger)


def test_an_order_that_goes_its_way_is_not_remarked(custodian: Custodian) -> None:
    steps = (ordered(), scheduled(scheduled_for=WINDOW), came_in(), came_in(other), collected_())
    assert [shown(one) for one in record(custodian, *steps)] == [("recorded",)] * len(steps)


def test_what_is_remarked_on_it_is_told_again(custodian: Custodian) -> None:
    facts = (collected_(), came_in(channel="online"))
    codes = ["step_out_of_turn", "order_of_another_channel"]
    assert [shown(one) for one in record(custodian, *facts)] == [
        ("recorded", code) for code in codes
    ]
    assert [shown(one) for one in record(custodian, *facts)] == [
        ("duplicate", code) for code in codes
    ]


def test_a_step_counts_from_the_next_movement_on(custodian: Custodian) -> None:
    record(custodian, ordered(), scheduled())
    (_, outcome) = record(custodian, void(scheduled(), at=tuesday), collected_())
    assert shown(outcome) == ("recorded", "step_out_of_turn")
    moved = correct(ordered(), {"order": ordered_by_phone}, at=tuesday)
    steps = (moved, scheduled(no=ordered_by_phone))
    assert [shown(one)[1:] for one in record(custodian, *steps)] == [(), ()]


def test_thousands_under_one_order_are_not_read_for_the_next(ledger: Ledger) -> None:
    custodian = custodian_of(ledger)
    record(custodian, ordered(), *(came_in(f"maker:{n}") for n in range(100)))
    read = ledger.read([f"steps:{ordered_online}"])
    assert [one.type for one in read.records] == ["order"]


def test_an_order_is_where_its_last_step_is() -> None:
    kept = Kept(ordered(pieces=2, division="330106"), scheduled(scheduled_for=WINDOW))
    row = kept.row(service_order, ordered_online)
    assert (row["state"], row["site"], row["service"]) == ("scheduled", POINT, "pickup")
    assert (row["pieces"], row["division"], row["since"]) == (2, "330106", tuesday)
    assert (row["ordered_at"], row["due"], row["collected_at"]) == (monday, NOON, None)
    row = kept.hear(collected_(site=CENTRE)).row(service_order, ordered_online)
    assert (row["state"], row["site"], row["collected_at"]) == ("collected", CENTRE, wednesday)


def test_why_it_failed_is_told_until_it_is_scheduled_again() -> None:
    kept = Kept(scheduled(), order("failed", at=wednesday, failure="nobody_there"))
    assert kept.row(service_order, ordered_online)["failure"] == "nobody_there"
    kept.hear(order("scheduled", at=thursday))
    assert kept.row(service_order, ordered_online)["failure"] is None


def test_a_step_that_comes_late_changes_what_it_can() -> None:
    kept = Kept(collected_()).hear(ordered(pieces=7))
    row = kept.row(service_order, ordered_online)
    assert (row["state"], row["ordered_at"], row["pieces"]) == ("collected", monday, 7)


def test_an_order_whose_steps_were_all_taken_back_is_in_no_state() -> None:
    kept = Kept(ordered(pieces=2)).hear(void(ordered(pieces=2)))
    row = kept.row(service_order, ordered_online)
    assert {name for name, said in row.items() if said is not None} == {"no"}


def under(kept: Kept) -> dict[str, str]:
    """Say under which order each battery came in."""
    now = [row for row in kept.rows(order_battery) if row["known_to"] is None]
    return {row["battery"]: row["of_order"] for row in now}


def test_what_came_in_under_an_order_is_counted_with_it() -> None:
    kept = Kept(came_in(), came_in(other), drop_off(third))
    assert under(kept) == {pack: ordered_online, other: ordered_online}
    kept.hear(void(came_in()), correct(came_in(other), {"order": ordered_by_phone}))
    assert under(kept) == {other: ordered_by_phone}
    kept.hear(correct(came_in(other), {"order": None}, at=sunday + 1))
    assert under(kept) == {}


@st.composite
def courses(draw: st.DrawFn) -> list[Movement]:
    """Some steps of two orders and some drop-offs, a few of them taken back or put right."""
    facts: list[Movement] = draw(
        st.lists(order_steps() | drop_offs(), max_size=7, unique_by=lambda fact: fact.id)
    )
    for target in draw(st.lists(st.sampled_from(facts), max_size=3)) if facts else ():
        id_ = uuid7(sunday, str(draw(st.integers(0, 999))))
        values = {"order": draw(st.none() | orders)}
        if isinstance(target, OrderAdvanced):
            values = {"order": values["order"] or ordered_online, "step": "failed"}
        fact = draw(st.sampled_from((void(target, id=id_), correct(target, values, id=id_))))
        if all(known.id != fact.id for known in facts):
            facts.insert(draw(st.integers(facts.index(target) + 1, len(facts))), fact)
    return facts


@st.composite
def drop_offs(draw: st.DrawFn) -> Movement:
    ref = draw(st.sampled_from((pack, other)))
    said: dict[str, Any] = {
        "order": draw(st.none() | orders),
        "at": monday + draw(st.integers(0, 3)),
    }
    return drop_off(ref, id=uuid7(monday, str(draw(st.integers(0, 999)))), **said)


def tables(kept: Kept) -> Any:
    everything = as_believed(kept.everything())
    return [everything[table.name] for table in (service_order, order_battery)]


@given(courses().flatmap(lambda facts: st.tuples(st.just(facts), arrivals(facts))), st.data())
@settings(max_examples=examples(60), deadline=None)
def test_any_order_of_arrival_and_any_batches_give_the_same_rows(
    both: tuple[list[Movement], list[Movement]], data: st.DataObject
) -> None:
    facts, arrived = both
    once = [*{fact.id: fact for fact in arrived}.values()]
    kept = Kept()
    for batch in data.draw(in_batches(once)):
        kept.hear(*batch)
    assert tables(kept) == tables(Kept(*facts))


@given(courses().flatmap(lambda facts: st.tuples(st.just(facts), st.permutations(facts))))
@settings(max_examples=examples(60), deadline=None)
def test_the_books_and_the_projection_say_the_same_of_an_order(
    both: tuple[list[Movement], Sequence[Movement]],
) -> None:
    facts, otherwise = both
    kept = Kept(*facts)
    for no in (ordered_online, ordered_by_phone):
        own, turned = evolve(Order(no), *facts), evolve(Order(no), *otherwise)
        assert own.steps == turned.steps
        rows = [row for row in kept.rows(service_order) if row["no"] == no]
        if own.steps:
            (row,) = rows
            last = own.steps[-1]
            assert (row["state"], row["site"]) == (last.step, last.site)
            assert row["since"] == last.at
        else:
            assert [row["state"] for row in rows] in ([], [None])


def test_what_is_kept_up_is_what_a_rebuild_makes(ledger: Ledger) -> None:
    office = laid_out(ledger)
    projector = Projector(ledger, records_max=3)
    office.post(came_in(), collected_(), ordered(no=ordered_by_phone, site=CENTRE))
    projector.catch_up()
    office.post(ordered(pieces=2), scheduled(scheduled_for=WINDOW), came_in(other))
    office.post(void(came_in()), correct(scheduled(scheduled_for=WINDOW), {"step": "failed"}))
    office.post(store([other], at=saturday))
    projector.catch_up()
    (compared,) = verify(ledger, silent, {"orders"})
    assert compared.equal
    with snapshot(ledger.engine) as (connection, _):
        assert collected(connection, [ordered_online, ordered_by_phone]) == {ordered_online: 1}
        (found,) = batteries(connection, ordered_online, limit=10)
        assert found["battery"] == other
        assert asked(connection, site=CENTRE) == [ordered_by_phone]
        assert asked(connection, state="collected") == [ordered_online]
        assert asked(connection, service="fleet") == []
        assert asked(connection, after=ordered_online) == [ordered_by_phone]


def test_what_is_due_is_what_nobody_has_come_for(ledger: Ledger) -> None:
    office = laid_out(ledger)
    office.post(
        ordered(), scheduled(scheduled_for=WINDOW),
        ordered(no="A"), scheduled(no="A", scheduled_for=WINDOW), collected_(no="A"),
        ordered(no="B"),
        scheduled(no="C", scheduled_for={**WINDOW, "to": "2026-03-09T12:00:00+08:00"}),
    )  # fmt: skip
    Projector(ledger).catch_up()
    with snapshot(ledger.engine) as (connection, _):
        assert asked(connection, due_before=NOON + 1) == [ordered_online]
        assert asked(connection, due_before=NOON) == []
        assert asked(connection, due_before=NOON + 7 * DAY) == ["C", ordered_online]


def asked(connection: Any, **said: str | Millis) -> list[str]:
    return [row["no"] for row in listing(connection, limit=10, **said)]  # type: ignore[arg-type]
