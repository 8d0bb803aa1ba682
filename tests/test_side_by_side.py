"""What happens when several custodians, in several threads, write to one database?"""

from collections import Counter
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest

from custody.custodian import ATTEMPTS_MAX, Contended, Custodian, Recorded
from custody.ledger import Ledger, open_engine, open_ledger
from tests.custodians import (
    Interrupted,
    custodian_of,
    movements_in,
    record,
    request,
    shown,
)
from tests.given import (
    correct,
    dismantle,
    dispatch,
    drop_off,
    hand_on,
    inspect,
    monday,
    network,
    next_monday,
    other,
    pack,
    receive,
    site,
    sticker,
    store,
    sunday,
    tag,
    two,
    void,
)

THREADS = 4
ROUNDS = 6


@pytest.fixture
def rival(ledger: Ledger) -> Custodian:
    """Another process's custodian, who registered everybody."""
    return custodian_of(ledger)


@pytest.fixture
def ours(rival: Custodian, database_url: str) -> Iterator[Interrupted]:
    ledger = Interrupted(open_engine(database_url))
    yield ledger
    ledger.close()


def custodian_on(ledger: Ledger) -> Custodian:
    return Custodian(ledger, clock=lambda: next_monday)


def once(ledger: Interrupted, rival: Custodian, *facts: object) -> None:
    """Let the rival record these before our next append."""

    def between() -> None:
        ledger.before_append = lambda: None
        record(rival, *facts)  # type: ignore[arg-type]

    ledger.before_append = between


def test_a_batch_is_decided_anew_when_another_has_moved_its_battery(
    ours: Interrupted, rival: Custodian
) -> None:
    once(ours, rival, drop_off())
    assert shown(record(custodian_on(ours), store())[0]) == ("recorded",)


def test_a_movement_that_another_recorded_meanwhile_hears_that_answer(
    ours: Interrupted, rival: Custodian
) -> None:
    once(ours, rival, store(), inspect())
    outcomes = record(custodian_on(ours), inspect(), drop_off())
    assert [*map(shown, outcomes)] == [("duplicate",), ("recorded",)]
    assert [kept.type for kept in movements_in(ours)] == ["store", "inspect", "drop_off"]
    (again,) = record(rival, inspect())
    assert isinstance(again, Recorded)
    assert isinstance(outcomes[0], Recorded)
    assert again.receipt == outcomes[0].receipt


def test_an_id_that_another_used_meanwhile_is_used(ours: Interrupted, rival: Custodian) -> None:
    once(ours, rival, drop_off(mass_g=1, id=drop_off().id))
    assert shown(record(custodian_on(ours), drop_off())[0])[:2] == ("refused", "id_reused")


def test_a_target_that_another_took_back_meanwhile_can_still_be_taken_back(
    ours: Interrupted, rival: Custodian
) -> None:
    record(rival, drop_off(), dispatch())
    once(ours, rival, void(dispatch()))
    outcomes = record(custodian_on(ours), void(dispatch(), at=sunday + 1), inspect(at=sunday + 2))
    assert [*map(shown, outcomes)] == [("recorded", "voided_before"), ("recorded",)]


def test_a_code_that_another_linked_meanwhile_is_that_pack_s(
    ours: Interrupted, rival: Custodian
) -> None:
    record(rival, drop_off(), dismantle())
    once(ours, rival, tag(sticker, same_as=pack))
    (outcome,) = record(custodian_on(ours), inspect(sticker, at=sunday))
    assert "after_the_end" in shown(outcome)


def test_what_another_put_right_meanwhile_is_seen(ours: Interrupted, rival: Custodian) -> None:
    record(rival, drop_off(), drop_off(other), dispatch())
    once(ours, rival, correct(dispatch(), {"batteries": [other]}))
    outcomes = record(custodian_on(ours), inspect(at=sunday), inspect(other, at=sunday))
    assert ["still_on_the_road" in shown(one) for one in outcomes] == [False, True]


def test_a_hand_on_that_another_recorded_meanwhile_is_about_our_dispatch(
    ours: Interrupted, rival: Custodian
) -> None:
    once(ours, rival, hand_on())
    record(custodian_on(ours), dispatch())
    assert f"movement:{hand_on().id}" in movements_in(ours)[-1].subjects


def test_a_registration_meanwhile_is_seen(ours: Interrupted, rival: Custodian) -> None:
    def between() -> None:
        ours.before_append = lambda: None
        rival.register(site(active_to=monday))

    ours.before_append = between
    assert shown(record(custodian_on(ours), drop_off())[0]) == ("recorded", "site_suspended")


def test_what_another_records_of_other_batteries_disturbs_nobody(
    ours: Interrupted, rival: Custodian
) -> None:
    once(ours, rival, drop_off("maker:1"))
    attempts: list[int] = []
    custodian = custodian_on(ours)
    record(custodian, drop_off())
    attempts += ours.appended
    assert attempts == [1]


def test_a_batch_that_is_always_overtaken_is_given_up(ours: Interrupted, rival: Custodian) -> None:
    moments = iter(range(1_000))
    ours.before_append = lambda: record(rival, store(at=monday + next(moments)))
    with pytest.raises(Contended):
        record(custodian_on(ours), drop_off())
    assert next(moments) == ATTEMPTS_MAX
    assert ours.appended == []
    ours.before_append = lambda: None
    assert shown(record(custodian_on(ours), drop_off())[0])[0] == "recorded"


def test_a_registration_that_is_always_overtaken_is_given_up(
    ours: Interrupted, rival: Custodian
) -> None:
    names = iter(range(1_000))
    ours.before_append = lambda: rival.register(site(name=f"改名 {next(names)}"))
    with pytest.raises(Contended):
        custodian_on(ours).register(site(name="新名"))
    assert next(names) == ATTEMPTS_MAX


def test_what_others_recorded_between_our_batches_counts(
    ours: Interrupted, rival: Custodian
) -> None:
    custodian = custodian_on(ours)
    record(custodian, drop_off(), store())
    record(rival, dispatch())
    assert shown(record(custodian, inspect(at=sunday))[0]) == ("recorded", "still_on_the_road")
    record(rival, void(dispatch()))
    assert shown(record(custodian, inspect(at=sunday + 1))[0]) == ("recorded",)
    record(rival, dispatch(at=monday + 1, consignment="x:1"))
    assert shown(record(custodian, store(at=monday + 2))[0]) == ("recorded", "still_on_the_road")
    assert shown(record(custodian, receive(at=sunday + 2))[0])[1] == "receipt_without_dispatch"


def test_many_who_write_about_the_same_batteries_record_each_movement_once(
    rival: Custodian, database_url: str
) -> None:
    """Two custodians, two threads each; every movement is posted by every thread."""
    ledgers = [open_ledger(database_url) for _ in range(2)]
    custodians = [custodian_on(ledger) for ledger in ledgers]
    movements = [
        store([ref], at=monday + 10 * turn + place)
        for turn in range(ROUNDS)
        for place, ref in enumerate(two)
    ]
    starting = Barrier(THREADS)
    answers: list[list[str]] = [[] for _ in range(THREADS)]

    def hammer(thread: int) -> None:
        starting.wait()
        mine = movements if thread % 2 else movements[::-1]
        for index in range(0, len(mine), 3):
            batch = [request(fact) for fact in mine[index : index + 3]]
            for (outcome,) in custodians[thread % 2].record(batch):
                assert isinstance(outcome, Recorded)
                status = "duplicate" if outcome.duplicate else "recorded"
                answers[thread] += [f"{status} {outcome.receipt.id} {outcome.receipt.position}"]

    threads = [Thread(target=hammer, args=[number]) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = {record_.subjects[0]: record_.position for record_ in movements_in(ledgers[0])}
    assert len(movements_in(ledgers[0])) == len(movements) == len(kept)
    assert sorted(kept.values()) == [*range(len(network) + 1, len(network) + 1 + len(movements))]
    told = Counter(line for answer in answers for line in answer)
    for fact in movements:
        position = kept[f"movement:{fact.id}"]
        assert told.pop(f"recorded {fact.id} {position}") == 1
        assert told.pop(f"duplicate {fact.id} {position}") == THREADS - 1
    assert not told
    for ledger in ledgers:
        ledger.close()
