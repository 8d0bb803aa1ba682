"""Which battery could be meant, when a code was typed that the books know nothing of?"""

from collections.abc import Sequence
from json import dumps
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.codes import near
from custody.custodian import Custodian, Outcome
from custody.decisions import near_miss
from custody.events import Movement
from custody.ledger import Ledger
from tests.custodians import Interrupted, custodian_of, receipt, record, request
from tests.given import (
    CENTRE,
    NOWHERE,
    POINT,
    correct,
    dispatch,
    drop_off,
    inspect,
    monday,
    next_monday,
    other,
    pack,
    receive,
    saturday,
    spare_sticker,
    sticker,
    store,
    sunday,
    tag,
    tuesday,
    void,
)
from tests.hypothesis_profile import examples
from tests.strategies import in_batches
from tests.test_custodian_machine import in_memory

TYPO = pack[:-1] + "9"
"""One slip from the first pack, and from its neighbours of the same series as well."""

SLIP = "gbt34014:04QPB76836300JE650000001"
"""Two digits of the first pack swapped; nothing else is near."""


@pytest.fixture
def custodian(ledger: Ledger) -> Custodian:
    return custodian_of(ledger)


def candidates(outcome: Outcome) -> list[str]:
    """Return what is said to be near, for each remark that says so."""
    found = [one for one in receipt(outcome).remarks if one["code"] == "near_miss"]
    assert all(one["severity"] == "low" for one in found)
    for one in found:
        named = [f"battery:{ref}" for ref in one["params"]["candidates"].split(", ")]
        assert [*one["subjects"]] == [f"battery:{one['params']['battery']}", *named]
    return [one["params"]["candidates"] for one in found]


def typed(make: Any, *about: Any, **said: Any) -> Movement:
    fact: Movement = make(*about, **{"capture": "typed", **said})
    return fact


def asked(custodian: Custodian, *facts: Movement) -> list[str]:
    """Record movements, and say what is told of the last of them."""
    return candidates(record(custodian, *facts)[-1])


@pytest.mark.parametrize("capture", ["typed", "photo"])
def test_a_typo_is_told_with_what_could_be_meant(custodian: Custodian, capture: str) -> None:
    record(custodian, drop_off())
    assert asked(custodian, inspect(SLIP, capture=capture)) == [pack]


def test_what_was_scanned_is_what_it_is(custodian: Custodian) -> None:
    record(custodian, drop_off())
    for capture in ("scanned", "imported", None):
        assert asked(custodian, inspect(SLIP, capture=capture)) == []


def test_the_one_before_in_the_same_batch_counts(custodian: Custodian) -> None:
    assert asked(custodian, drop_off(), typed(inspect, SLIP)) == [pack]
    assert asked(custodian, typed(inspect, SLIP, at=sunday)) == []


def test_a_code_that_is_known_is_what_it_is(custodian: Custodian) -> None:
    record(custodian, drop_off(), drop_off(SLIP))
    assert asked(custodian, typed(inspect, SLIP)) == []


def test_what_is_near_must_stand_here_in_stock(custodian: Custodian) -> None:
    record(custodian, drop_off(site=CENTRE))
    assert asked(custodian, typed(inspect, SLIP)) == []
    record(custodian, store(at=saturday), dispatch(at=sunday))
    assert asked(custodian, typed(inspect, SLIP, at=sunday + 1)) == []


def test_what_was_taken_back_stands_nowhere(custodian: Custodian) -> None:
    record(custodian, drop_off())
    assert asked(custodian, void(drop_off()), typed(inspect, SLIP)) == []


def test_what_a_correction_brought_here_stands_here(custodian: Custodian) -> None:
    record(custodian, drop_off(other))
    moved = correct(drop_off(other), {"battery": {"code": pack}})
    assert asked(custodian, moved, typed(inspect, SLIP)) == [pack]


def test_a_pack_of_several_codes_is_near_under_each(custodian: Custodian) -> None:
    record(custodian, drop_off(), tag(sticker, same_as=pack, at=tuesday))
    later = Custodian(custodian._ledger, clock=lambda: next_monday)
    assert asked(later, typed(inspect, SLIP, at=sunday)) == [pack]


def test_a_pack_that_left_under_its_tag_stands_here_under_no_code(custodian: Custodian) -> None:
    record(custodian, drop_off(), tag(sticker, same_as=pack, at=tuesday))
    record(custodian, dispatch([sticker], at=saturday))
    later = Custodian(custodian._ledger, clock=lambda: next_monday)
    assert asked(later, typed(inspect, SLIP, at=sunday)) == []


def test_all_that_are_near_are_named_in_order(custodian: Custodian) -> None:
    near_ones = [pack, other]
    record(custodian, *map(drop_off, near_ones))
    assert asked(custodian, typed(inspect, TYPO)) == [", ".join(sorted(near_ones))]


def test_what_is_named_beside_it_is_not_meant(custodian: Custodian) -> None:
    record(custodian, drop_off())
    assert asked(custodian, typed(store, [SLIP, pack])) == []


def test_a_tag_s_check_character_leaves_next_to_nothing_near(custodian: Custodian) -> None:
    record(custodian, tag())
    assert asked(custodian, typed(inspect, spare_sticker)) == []


def test_for_a_receipt_the_list_comes_first(custodian: Custodian) -> None:
    other_slip = "gbt34014:04QPB76836300JE650000002"
    record(custodian, drop_off(), drop_off(other, site=CENTRE), dispatch())
    arrived = typed(receive, [SLIP, other_slip])
    # One is near what was sent, the other near what the receiver has anyway.
    assert asked(custodian, arrived) == [pack, other]


def test_what_the_receiver_has_named_of_the_list_is_not_meant(custodian: Custodian) -> None:
    record(custodian, drop_off(), dispatch())
    assert asked(custodian, typed(receive, [SLIP, pack])) == []


def test_the_list_may_come_in_the_same_batch(custodian: Custodian) -> None:
    assert asked(custodian, drop_off(), dispatch(), typed(receive, [SLIP])) == [pack]


def test_no_more_unknown_codes_are_looked_into_than_there_is_room_for(
    custodian: Custodian,
) -> None:
    def of(n: int, *, slipped: bool) -> str:
        return f"maker:{'X1'[slipped]}CODE{n}{n}{n}"

    many = range(near_miss.NEAR_MISSES_MAX + 3)
    record(custodian, *(drop_off(of(n, slipped=False)) for n in many))
    known = [of(0, slipped=False), of(1, slipped=False)]
    unknown = [of(n, slipped=True) for n in many[2:]]
    found = asked(custodian, typed(store, [*known, *unknown]))
    assert len(unknown) == len(found) + 1 == near_miss.NEAR_MISSES_MAX + 1
    assert found == [of(n, slipped=False) for n in many[2:-1]]


def test_nobody_types_a_code_that_long(custodian: Custodian) -> None:
    short, long = "maker:" + "A" * near_miss.CODE_TYPED_MAX, "maker:" + "A" * 25
    record(custodian, drop_off(short), drop_off(long))
    assert asked(custodian, typed(inspect, short[:-1] + "B")) == [short]
    assert asked(custodian, typed(inspect, long[:-1] + "B")) == []


def test_only_what_may_be_meant_is_read() -> None:
    fact = typed(store, [SLIP, pack, "maker:" + "A" * 60])
    read = [*near_miss.reads(fact, lambda ref: ref == pack, ())]
    assert read == [f"battery:{ref}" for ref in near(SLIP)]
    assert len(read) < 700
    assert [*near_miss.reads(store([SLIP]), lambda _: False, ())] == []


def test_what_another_takes_in_meanwhile_counts(ledger: Ledger, database_url: str) -> None:
    rival = custodian_of(ledger)
    ours = Interrupted(ledger.engine)

    def between() -> None:
        ours.before_append = lambda: None
        record(rival, drop_off())

    ours.before_append = between
    assert asked(Custodian(ours, clock=lambda: next_monday), typed(inspect, SLIP)) == [pack]


CODES = ("maker:AB1", "maker:AB2", "maker:A1", "maker:BA1", "maker:AB12")
refs = st.sampled_from(CODES)


@st.composite
def entries(draw: st.DrawFn) -> Movement:
    """Some codes that are all near each other are dropped off, or typed, or sent and received."""
    named = draw(st.lists(refs, min_size=1, max_size=4, unique=True))
    how: dict[str, Any] = {
        "at": monday + draw(st.integers(0, 9)),
        "site": draw(st.sampled_from((POINT, CENTRE))),
        "capture": draw(st.sampled_from((None, "typed"))),
    }
    match draw(st.sampled_from(("drop_off", "store", "dispatch", "receive"))):
        case "drop_off":
            return drop_off(named[0], **how)
        case "dispatch":
            return dispatch(named, **how)
        case "receive":
            return receive(named, **how)
    return store(named, **how)


@given(st.lists(entries(), min_size=1, max_size=8).flatmap(in_batches))
@settings(max_examples=examples(60), deadline=None)
def test_batches_come_to_the_same_as_one_by_one(batches: Sequence[Sequence[Movement]]) -> None:
    """Before each batch the same is asked for all or nothing, and comes to nothing."""
    together, alone = in_memory(), in_memory()
    whole, single = custodian_of(together), custodian_of(alone)
    with pytest.MonkeyPatch.context() as small:
        small.setattr(near_miss, "NEAR_MISSES_MAX", 2)
        for batch in batches:
            in_vain = request(*batch, drop_off(site=NOWHERE), strict=True)
            asked_for = [in_vain, *(request(fact) for fact in batch)]
            answers = [one for (one,) in whole.record(asked_for)[1:]]
            beside = [record(single, fact)[0] for fact in batch]
            assert [*map(told, answers)] == [*map(told, beside)]
    together.close()
    alone.close()


def told(outcome: Any) -> str:
    return dumps(outcome.receipt.remarks)
