"""Do events mean to us what they meant to whoever told them?"""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given as law
from hypothesis import settings
from hypothesis import strategies as st

from custody.epcis import documents, inward, own_names
from custody.epcis.event import Event
from custody.epcis.outward.saying import UNTOLD
from custody.events import Corrected, Movement, read_movement
from tests import given, strategies
from tests.epcis import examples, sound
from tests.epcis.beside import Recorded, events, sampled

SITES = {
    "https://id.gs1.org/414/9521234001010": given.POINT,
    "https://id.gs1.org/414/9521234002017": given.CENTRE,
    "https://id.gs1.org/414/9521234003014": given.CENTRE,
    "https://id.gs1.org/414/9521234004011": given.BASE,
}


def said(movement: Movement) -> dict[str, Any]:
    """What a movement says that leaves the house."""
    body = movement.model_dump(by_alias=True, exclude_defaults=True)
    body["occurred_at"] = movement.at
    if isinstance(movement, Corrected):
        body["values"] = {name: one for name, one in movement.values.items() if name not in UNTOLD}
    return {name: value for name, value in body.items() if name not in UNTOLD}


def heard(event: Event) -> list[Movement]:
    """The movements that an event is."""
    bodies = inward.understood(event, SITES.get).movements
    return [read_movement(orjson.dumps(body)) for body in bodies]


def there_and_back(movement: Movement, beside: Recorded) -> list[dict[str, Any]]:
    told = events(movement, beside)
    return [said(one) for event in told for one in heard(event)]


@pytest.mark.parametrize("movement", sampled(), ids=lambda one: one.type)
def test_a_sample_comes_back_as_it_was(movement: Movement) -> None:
    beside = Recorded(sampled())
    back = there_and_back(movement, beside)
    assert back == ([] if movement.type == "order" else [said(movement)])


@settings(max_examples=120, deadline=None)
@law(
    st.lists(strategies.noticed(strategies.happenings()), max_size=4).flatmap(
        lambda known: st.tuples(st.just(known), strategies.noticed(strategies.movements(known)))
    )
)
def test_whatever_is_told_comes_back_as_it_was(
    happened: tuple[list[Movement], Movement],
) -> None:
    known, movement = happened
    beside = Recorded([*known, movement])
    back = there_and_back(movement, beside)
    sayable = back or any(event.error_declaration is None for event in events(movement, beside))
    if sayable:
        assert back == [said(movement)]


def test_a_correction_that_makes_it_unsayable_is_told_as_a_declaration_alone() -> None:
    lost = given.incident("fire", [given.pack])
    put_right = given.correct(lost.id, {"batteries": []}, at=given.friday)
    (false,) = events(put_right, Recorded([lost]))
    assert false.error_declaration is not None
    assert false.error_declaration.reason == "incorrect_data"
    assert reason(false) == "told_by_corrective"


def example(name: str) -> Event:
    (path,) = (one for one in examples.everything() if one.name == name)
    (event,) = examples.read(path).events
    return event


def reason(event: Event) -> str | None:
    found = inward.understood(event, SITES.get)
    assert bool(found.movements) == (found.reason is None)
    if found.reason is None:
        return None
    assert found.reason.zh != found.reason.en
    return found.reason.code


def test_a_stranger_s_storing_is_a_storing_of_ours() -> None:
    (stored,) = inward.understood(example("03-storing.jsonld"), SITES.get).movements
    assert stored["type"] == "store"
    assert stored["site"] == given.POINT
    assert stored["batteries"] == ["giai:9521234EBB0000001"]
    assert stored["place"] == "CAB03"


def test_a_stranger_s_inspection_is_one_of_ours_with_its_measurements() -> None:
    (inspected,) = inward.understood(example("10-inspect-grade.jsonld"), SITES.get).movements
    assert inspected["verdict"] == "treat"
    assert inspected["open_circuit_voltage_mv"] == 41_200
    assert inspected["internal_resistance_mohm"] == 182
    assert "state_of_charge_pct" not in inspected  # a percentage of what, it does not say


def test_a_stranger_s_theft_is_one_of_ours_and_taken_back_with_his_declaration() -> None:
    (lost,) = inward.understood(example("13-theft.jsonld"), SITES.get).movements
    (void,) = inward.understood(example("18-error-did-not-occur.jsonld"), SITES.get).movements
    assert (lost["type"], lost["kind"]) == ("incident", "theft")
    assert (void["type"], void["target"]) == ("void", lost["id"])
    assert void["occurred_at"] == "2026-03-06T12:00:00+08:00"
    assert void["id"] != lost["id"]


def test_a_stranger_s_wrong_data_are_taken_back_and_his_corrective_event_counts() -> None:
    wrong = inward.understood(example("10-inspect-grade.jsonld"), SITES.get).movements[0]
    (void,) = inward.understood(example("20-error-incorrect-data.jsonld"), SITES.get).movements
    (right,) = inward.understood(example("19-correction.jsonld"), SITES.get).movements
    assert void["target"] == wrong["id"]
    assert right["id"] != wrong["id"]


def test_a_stranger_s_destruction_is_a_disposal() -> None:
    (gone,) = inward.understood(example("17-end-of-life.jsonld"), SITES.get).movements
    assert (gone["type"], gone["batteries"]) == ("dispose", ["giai:9521234EBB0000001"])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("04-pack.jsonld", "not_ours"),
        ("15-dismantle-reversible.jsonld", "not_ours"),
        ("09-short-receipt.jsonld", "not_ours"),
        ("12-incident-alarm.jsonld", "not_ours"),
        ("05-ship.jsonld", "consignment_unknown"),
        ("07-receive.jsonld", "battery_unreadable"),
        ("02-drop-off.jsonld", "incomplete"),
        ("16-dismantle-transform.jsonld", "incomplete"),
    ],
)
def test_what_is_none_of_ours_is_told_with_its_reason(name: str, code: str) -> None:
    assert reason(example(name)) == code


def test_a_location_that_nobody_registered_is_told() -> None:
    found = inward.understood(example("03-storing.jsonld"))
    assert found.reason is not None
    assert found.reason.code == "site_unknown"
    assert "9521234001010" in found.reason.en


def event(**changed: Any) -> Event:
    document = sound.document("ObjectEvent", **changed)
    document["@context"].append({"custody": "urn:custody:epcis:"})
    return documents.read(json.dumps(document).encode()).events[0]


STORED = {
    "bizStep": "storing",
    "readPoint": {"id": own_names.written("site", given.POINT)},
    "bizLocation": {"id": own_names.written("place", given.POINT, "A-1")},
    "eventID": "urn:uuid:0193a5c2-7b1e-7c3d-9a10-2f4e5d6c7b02",
}


def test_an_event_of_many_batteries_is_as_many_inspections() -> None:
    both = {**STORED, "epcList": [sound.ITEM, sound.OTHER], "bizStep": "inspecting"}
    found = inward.understood(event(**both, disposition="conformant")).movements
    assert [one["battery"] for one in found] == ["giai:9521234EBB0000001", "giai:9521234EBB0000002"]
    assert len({one["id"] for one in found}) == 2
    assert found[0]["id"] == "0193a5c2-7b1e-7c3d-9a10-2f4e5d6c7b02"


def test_an_event_is_the_same_movement_each_time() -> None:
    for said in ({}, {"eventID": "https://example.cn/events/1"}):
        one, again = (inward.understood(event(**{**STORED, **said})).movements for _ in range(2))
        assert one == again
        assert one


def test_a_stranger_s_shipment_says_who_carries_it_under_our_prefix() -> None:
    shipped = {
        **STORED,
        "bizStep": "shipping",
        "bizTransactionList": [
            {"type": "desadv", "bizTransaction": "https://id.gs1.org/401/9521234xyz47%2F11"}
        ],
        "destinationList": [
            {"type": "location", "destination": own_names.written("site", given.CENTRE)}
        ],
    }
    assert reason(event(**shipped)) == "incomplete"
    (sent,) = inward.understood(event(**shipped, **{"custody:carrier": "SF"})).movements
    assert sent["consignment"] == "x:9521234xyz47/11"
    assert (sent["to_site"], sent["carrier"]) == (given.CENTRE, "SF")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"custody:type": "receive", "custody:extra": "x"}, "incomplete"),
        ({"custody:type": "receive", "custody:rejected": [{}]}, "incomplete"),
        ({"custody:type": "drop_off", "custody:battery": "x"}, "incomplete"),
        ({"custody:type": "grade", "epcList": [own_names.written("consignment", "x:1")]},
         "not_ours"),
        ({"custody:type": "fly"}, "not_ours"),
    ],
)  # fmt: skip
def test_our_own_words_said_wrongly_are_told(said: dict[str, Any], code: str) -> None:
    assert reason(event(**{**STORED, **said})) == code


def test_a_sensor_without_a_number_measured_nothing() -> None:
    alarm = {"sensorReport": [{"type": "Voltage", "exception": "ALARM_CONDITION"}]}
    found = inward.understood(event(**STORED, sensorElementList=[alarm])).movements
    assert found == inward.understood(event(**STORED)).movements


@pytest.mark.parametrize("name", ["id", "site", "batteries", "occurred_at"])
def test_own_words_do_not_overrule_the_standard(name: str) -> None:
    plain = inward.understood(event(**STORED)).movements
    assert inward.understood(event(**STORED, **{f"custody:{name}": "x"})).movements == plain


@pytest.mark.parametrize("name", sorted(UNTOLD))
def test_nobody_says_for_us_what_stays_in_the_house(name: str) -> None:
    (stored,) = inward.understood(event(**STORED, **{f"custody:{name}": "x"})).movements
    assert name not in stored


WORDS = (
    "type", "battery", "rejected", "missing", "extra", "assays", "same_as", "part_of", "corrects",
    "values", "corrected_at", "corrected_by", "channel", "kind", "frozen_at", "step", "class",
)  # fmt: skip
TYPES = [one.type for one in sampled()]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.sampled_from(["", "x", *TYPES]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["custody:battery", "custody:output", "custody:assay_pct", "x"]), inner
        )
    ),
    max_leaves=4,
)


@settings(max_examples=150, deadline=None)
@law(
    st.sampled_from(sampled()).flatmap(
        lambda one: st.sampled_from(events(one, Recorded(sampled())) or [event(**STORED)])
    ),
    st.dictionaries(st.sampled_from(WORDS), ANYTHING, max_size=3),
    st.dictionaries(st.sampled_from(["by", "site", "reason"]), ANYTHING, max_size=2),
)
def test_whatever_stands_under_our_prefix_makes_movements_or_a_reason(
    told: Event, words: dict[str, Any], declared: dict[str, Any]
) -> None:
    json_ = {**told.json, **{f"custody:{name}": value for name, value in words.items()}}
    if "errorDeclaration" in json_:
        own = {f"custody:{name}": value for name, value in declared.items()}
        json_["errorDeclaration"] = {**json_["errorDeclaration"], **own}
    assert not documents.errors_of(json_, told.context, "")
    reason(Event(json_, told.context))
