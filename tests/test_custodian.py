import json

import pytest

from custody.custodian import Custodian, Posted, Recorded
from custody.decisions import Poster
from custody.decisions.any_movement import same_json
from custody.ledger import Ledger
from custody.terms import Refused
from tests.custodians import custodian_of, movements_in, receipt, record, request, shown
from tests.given import (
    BASE,
    CENTRE,
    NOWHERE,
    POINT,
    data,
    dispatch,
    drop_off,
    inspect,
    next_monday,
    other,
    pack,
    posted,
    poster_of,
    receive,
    road,
    store,
    sunday,
    tuesday,
    two,
    uuid7,
)

SPACED = json.dumps(json.loads(data(drop_off())), indent=2).encode()
TURNED = json.dumps(dict(reversed(json.loads(data(drop_off())).items()))).encode()


@pytest.fixture
def custodian(ledger: Ledger) -> Custodian:
    return custodian_of(ledger)


def test_a_movement_is_recorded_with_all_that_came_with_it(
    custodian: Custodian, ledger: Ledger
) -> None:
    by = Poster("key-7", POINT, terminal="T-1")
    handed_in = Posted(drop_off(), SPACED, by, received_at=next_monday, sent_at=next_monday - 1)
    found = receipt(record(custodian, handed_in)[0])
    (kept,) = movements_in(ledger)
    assert kept.data == SPACED
    assert (kept.type, kept.version) == ("drop_off", 1)
    assert kept.subjects == (*drop_off().subjects(), "terminal:T-1")
    assert (kept.posted_by, kept.sent_at) == ("key-7", next_monday - 1)
    assert kept.remarks is None
    assert (found.id, found.position) == (drop_off().id, kept.position)
    assert found.recorded_at == kept.recorded_at == next_monday


def test_remarks_are_kept_with_the_record(custodian: Custodian, ledger: Ledger) -> None:
    found = receipt(record(custodian, store())[0])
    (kept,) = movements_in(ledger)
    assert kept.remarks is not None
    assert json.loads(kept.remarks) == [
        {
            "code": "never_seen",
            "severity": "low",
            "subjects": [f"battery:{pack}"],
            "params": {"battery": pack},
        }
    ]
    assert [one["code"] for one in found.remarks] == ["never_seen"]


def test_what_was_recorded_before_counts_for_what_comes_after(custodian: Custodian) -> None:
    assert [*map(shown, record(custodian, drop_off()))] == [("recorded",)]
    assert [*map(shown, record(custodian, store(site=CENTRE)))] == [("recorded", "held_elsewhere")]


def test_what_comes_first_in_a_batch_counts_for_what_comes_after(custodian: Custodian) -> None:
    week = drop_off(), store(), dispatch(), receive(), drop_off(at=sunday)
    answers = custodian.record([request(*week[:2]), request(*week[2:])])
    assert [shown(one) for answer in answers for one in answer] == [
        *[("recorded",)] * 4,
        ("recorded", "second_drop_off"),
    ]


def test_positions_of_a_batch_follow_one_another(custodian: Custodian, ledger: Ledger) -> None:
    before = ledger.head().position
    outcomes = record(custodian, drop_off(), store(), inspect())
    assert [receipt(one).position for one in outcomes] == [before + 1, before + 2, before + 3]


def test_nothing_asked_is_nothing_done(custodian: Custodian, ledger: Ledger) -> None:
    before = ledger.head()
    assert custodian.record([]) == []
    assert custodian.record([request()]) == [[]]
    assert ledger.head() == before


@pytest.mark.parametrize(
    "again", [data(drop_off()), SPACED, TURNED], ids=["same", "spaced", "turned"]
)
def test_a_movement_that_comes_again_hears_the_first_answer(
    custodian: Custodian, ledger: Ledger, again: bytes
) -> None:
    first = receipt(record(custodian, drop_off(), store())[0])
    head = ledger.head()
    (outcome,) = record(custodian, posted(drop_off(), again, received_at=next_monday + 10**9))
    assert outcome == Recorded(first, duplicate=True)
    assert ledger.head() == head


def test_the_first_answer_stands_though_the_books_have_changed(custodian: Custodian) -> None:
    first = receipt(record(custodian, store())[0])
    assert [one["code"] for one in first.remarks] == ["never_seen"]
    record(custodian, drop_off())
    (again,) = record(custodian, store())
    assert shown(again) == ("duplicate", "never_seen")
    assert isinstance(again, Recorded)
    assert again.receipt.position == first.position


def test_a_movement_that_comes_twice_in_a_batch_is_recorded_once(
    custodian: Custodian, ledger: Ledger
) -> None:
    twice = request(drop_off(), drop_off())
    answers = [one for answer in custodian.record([twice, twice]) for one in answer]
    assert [shown(one)[0] for one in answers] == ["recorded", *["duplicate"] * 3]
    assert len({one.receipt.position for one in answers if isinstance(one, Recorded)}) == 1
    assert len(movements_in(ledger)) == 1


@pytest.mark.parametrize("batches", [1, 2])
def test_an_id_that_is_used_for_something_else_is_refused(
    custodian: Custodian, ledger: Ledger, batches: int
) -> None:
    first, second = drop_off(), drop_off(mass_g=1, id=drop_off().id)
    if batches == 1:
        outcomes = record(custodian, first, second, first)
    else:
        outcomes = [*record(custodian, first), *record(custodian, second, first)]
    assert [shown(one)[:2] for one in outcomes] == [
        ("recorded",),
        ("refused", "id_reused"),
        ("duplicate",),
    ]
    assert len(movements_in(ledger)) == 1


def test_an_id_of_another_site_s_movement_is_used_already(custodian: Custodian) -> None:
    record(custodian, drop_off())
    (outcome,) = record(custodian, drop_off(site=CENTRE, id=drop_off().id))
    assert shown(outcome)[:2] == ("refused", "id_reused")


def test_a_stranger_does_not_learn_whether_a_movement_is_known(custodian: Custodian) -> None:
    record(custodian, drop_off())
    (outcome,) = record(custodian, posted(drop_off(), poster=Poster("key", CENTRE)))
    assert shown(outcome)[:2] == ("refused", "not_your_site")


def test_a_refusal_touches_nothing_but_its_own_movement(
    custodian: Custodian, ledger: Ledger
) -> None:
    malformed = Posted(Refused("invalid"), b"{}", poster_of(drop_off()), received_at=next_monday)
    outcomes = record(
        custodian,
        drop_off(),
        malformed,
        drop_off(other, site=NOWHERE),
        store(at=next_monday + 10**7),
        posted(inspect(), poster=Poster("key", BASE)),
        store(),
    )
    assert [shown(one)[:2] for one in outcomes] == [
        ("recorded",),
        ("refused", "invalid"),
        ("refused", "site_unknown"),
        ("refused", "too_early"),
        ("refused", "not_your_site"),
        ("recorded",),
    ]
    assert [kept.type for kept in movements_in(ledger)] == ["drop_off", "store"]


def test_what_was_refused_as_too_early_may_come_again_with_its_id(custodian: Custodian) -> None:
    early = store(at=next_monday + 10**7)
    assert shown(record(custodian, early)[0])[:2] == ("refused", "too_early")
    later = posted(early, received_at=next_monday + 10**7)
    assert shown(record(custodian, later)[0]) == ("recorded", "never_seen")


def test_a_device_s_clock_is_set_right_by_the_time_of_sending(custodian: Custodian) -> None:
    ahead = 10**7
    fact = drop_off(at=next_monday + ahead)
    (outcome,) = record(custodian, posted(fact, sent_at=next_monday + ahead))
    assert shown(outcome) == ("recorded", "clock_skew")


def test_a_strict_request_is_recorded_whole(custodian: Custodian, ledger: Ledger) -> None:
    outcomes = record(custodian, drop_off(), store(), drop_off(), strict=True)
    assert [*map(shown, outcomes)] == [("recorded",), ("recorded",), ("duplicate",)]
    assert len(movements_in(ledger)) == 2


def test_or_not_at_all(custodian: Custodian, ledger: Ledger) -> None:
    outcomes = record(custodian, drop_off(), store(site=NOWHERE), inspect(), strict=True)
    assert shown(outcomes[1])[:2] == ("refused", "site_unknown")
    assert movements_in(ledger) == []


def test_what_a_strict_request_failed_to_record_does_not_count_for_those_after_it(
    custodian: Custodian, ledger: Ledger
) -> None:
    failing = request(drop_off(), store(site=NOWHERE), strict=True)
    answers = custodian.record([failing, request(drop_off(), inspect()), failing])
    assert [*map(shown, answers[1])] == [("recorded",), ("recorded",)]
    assert shown(answers[2][0]) == ("duplicate",)
    assert [kept.type for kept in movements_in(ledger)] == ["drop_off", "inspect"]


def test_a_strict_request_counts_for_those_after_it(custodian: Custodian) -> None:
    answers = custodian.record([request(drop_off(), strict=True), request(store(), drop_off())])
    assert [*map(shown, answers[1])] == [("recorded",), ("duplicate",)]


def test_a_late_movement_is_judged_by_what_was_so_then(custodian: Custodian) -> None:
    record(custodian, drop_off(), dispatch(two), receive(two))
    outcomes = record(custodian, store(), store([other], at=tuesday), inspect(at=sunday))
    assert [*map(shown, outcomes)] == [
        ("recorded",),
        ("recorded", "never_seen"),
        ("recorded", "held_elsewhere"),
    ]


def test_a_number_from_elsewhere_may_have_any_letters(custodian: Custodian, ledger: Ledger) -> None:
    named = dispatch([f"maker:{'电' * 8}"], consignment="x:运单 7/雪☃")
    record(custodian, named)
    assert movements_in(ledger)[-1].subjects == named.subjects()
    (again,) = record(custodian, receive(["maker:" + "电" * 8], consignment="x:运单 7/雪☃"))
    assert shown(again) == ("recorded",)


def test_a_movement_of_a_thousand_batteries_is_recorded(
    custodian: Custodian, ledger: Ledger
) -> None:
    many = [f"maker:{n}" for n in range(1_000)]
    outcomes = record(custodian, dispatch(many), receive(many))
    assert [len(receipt(one).remarks) for one in outcomes] == [1_000, 0]
    assert len(movements_in(ledger)[0].subjects) == 1_003
    assert f"consignment:{road}" in movements_in(ledger)[1].subjects


@pytest.mark.parametrize(
    ("one", "other_", "same"),
    [
        (b'{"a":1,"b":2}', b'{ "b" : 2,\n"a":1 }', True),
        (b'{"a":1}', b'{"a":1.0}', True),
        (b'{"a":100}', b'{"a":1e2}', True),
        (b'{"a":"\\u00e9"}', '{"a":"é"}'.encode(), True),
        (b'{"a":1}', b'{"a":true}', False),
        (b'{"a":0}', b'{"a":false}', False),
        (b'{"a":1}', b'{"a":"1"}', False),
        (b'{"a":null}', b"{}", False),
        (b'{"a":[1,2]}', b'{"a":[2,1]}', False),
        (b'{"a":[true]}', b'{"a":[["bool",true]]}', False),
        (b'{"a":[1]}', b'{"a":[true]}', False),
        (b'{"a":9007199254740993}', b'{"a":9007199254740992}', False),
        (b'{"a":"A"}', b'{"a":"a"}', False),
    ],
)
def test_bodies_are_the_same_when_they_are_equal_as_json(
    one: bytes, other_: bytes, same: bool
) -> None:
    assert same_json(one, other_) is same_json(other_, one) is same
    assert same_json(one, one)


def test_ids_of_the_tests_are_those_of_version_seven() -> None:
    assert uuid7(next_monday, "a") != uuid7(next_monday, "b")
    assert uuid7(next_monday, "a")[14] == "7"
