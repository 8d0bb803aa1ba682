import json
from typing import Any

import pytest
from hypothesis import given as law
from hypothesis import settings
from hypothesis import strategies as st

from custody.epcis import documents, outward, own_names, writing
from custody.epcis.outward.saying import NAMESPACE, UNTOLD
from custody.events import Movement, read_movement
from tests import given, strategies
from tests.epcis import examples
from tests.epcis.beside import RECYCLER, Recorded, events, sampled

NOW = given.next_monday
UNSAYABLE = {"order"}


def test_all_samples_make_a_document_that_the_schema_and_we_take() -> None:
    movements = sampled()
    beside = Recorded(movements)
    told = [event for one in movements for event in events(one, beside)]

    document = writing.document(told, NOW)

    assert not examples.told_by_schema(document)
    read = documents.read(json.dumps(document).encode())
    assert [event.json for event in read.events] == [event.json for event in told]
    silent = {one.type for one in movements if not events(one, beside)}
    assert silent == UNSAYABLE


@settings(max_examples=80, deadline=None)
@law(
    st.lists(strategies.movements(), max_size=4).flatmap(
        lambda known: st.tuples(st.just(known), strategies.movements(known))
    )
)
def test_whatever_happened_is_told_in_sound_events(
    happened: tuple[list[Movement], Movement],
) -> None:
    known, movement = happened
    told = events(movement, Recorded([*known, movement]))

    document = writing.document(told, NOW)

    assert not examples.told_by_schema(document)
    assert len(documents.read(json.dumps(document).encode()).events) == len(told)
    # An event that is told by two is a declaration that it is false.
    ids = [(event.event_id, event.error_declaration) for event in told]
    assert len(ids) == len(set(ids))


def only(movement: Movement, *known: Movement) -> Any:
    (event,) = events(movement, Recorded([*known, movement]))
    return event


def test_both_halves_of_a_handover_are_joined() -> None:
    sent = given.dispatch([given.pack, given.other], at=given.tuesday)
    got = given.receive([given.pack, given.other], at=given.wednesday)

    shipping, receiving = only(sent), only(got, sent)

    assert shipping.event_id == f"urn:uuid:{sent.id}"
    assert (shipping.biz_step, shipping.disposition) == ("shipping", "in_transit")
    assert shipping.biz_location is None
    assert ("upevt", shipping.event_id) in [(one.type, one.uri) for one in receiving.transactions]
    assert [one.type for one in shipping.transactions] == ["desadv"]
    assert shipping.transactions[0].uri in [one.uri for one in receiving.transactions]
    assert shipping.sources == receiving.sources
    assert [one.type for one in receiving.destinations] == ["location", "possessing_party"]


def test_what_arrived_otherwise_has_an_event_of_its_own() -> None:
    sent = given.dispatch([given.pack, given.other], at=given.tuesday)
    got = given.receive(
        [], missing=[given.pack], rejected=[given.other], extra=[given.third], at=given.wednesday
    )
    main, *others = events(got, Recorded([sent, got]))

    assert [one.uri for one in main.epcs] == [own_names.of_battery(given.third)]
    told = {one.epcs[0].uri: (one.biz_step, one.disposition) for one in others}
    assert told[own_names.of_battery(given.pack)] == ("inspecting", "mismatch_instance")
    assert told[own_names.of_battery(given.third)] == ("inspecting", "mismatch_instance")
    assert told[own_names.of_battery(given.other)][0] == "inspecting"
    assert all(one.biz_location is None for one in others)
    assert len({one.event_id for one in (main, *others)}) == 4
    assert {one.extensions[f"{NAMESPACE}part_of"] for one in others} == {main.event_id}


def test_when_nothing_was_taken_the_consignment_stands_for_it() -> None:
    got = given.receive([], missing=[given.pack], at=given.wednesday)
    main = events(got)[0]
    assert [one.uri for one in main.epcs] == [own_names.written("consignment", given.road)]


def test_a_void_declares_its_target_s_event_false() -> None:
    stored = given.store([given.pack], at=given.tuesday)
    void = given.void(stored.id, at=given.friday)

    before, after = only(stored), only(void, stored)

    assert after.error_declaration is not None
    assert after.error_declaration.declared_at == given.friday
    assert after.error_declaration.reason == "did_not_occur"
    assert after.error_declaration.corrective_event_ids == ()
    own = {name: value for name, value in after.json.items() if name != "errorDeclaration"}
    assert own == before.json


def test_a_correction_declares_the_old_event_false_and_tells_the_right_one() -> None:
    stored = given.store([given.pack], at=given.tuesday)
    put_right = given.correct(stored.id, {"batteries": [given.other]}, at=given.friday)

    false, right = events(put_right, Recorded([stored, put_right]))

    assert false.event_id == f"urn:uuid:{stored.id}"
    assert false.error_declaration is not None
    assert false.error_declaration.reason == "incorrect_data"
    assert false.error_declaration.corrective_event_ids == (right.event_id,)
    assert [one.uri for one in false.epcs] == [own_names.of_battery(given.pack)]
    assert right.event_id == f"urn:uuid:{put_right.id}"
    assert right.event_time == given.tuesday
    assert [one.uri for one in right.epcs] == [own_names.of_battery(given.other)]


def test_what_takes_back_an_unknown_movement_tells_nothing() -> None:
    assert events(given.void(given.uuid7(given.monday, "unknown"), at=given.friday)) == []


@pytest.mark.parametrize(
    "movement",
    [
        given.stock_take([], at=given.tuesday),
        given.incident("fire", [], at=given.tuesday),
        given.recover([], outputs=[], inputs=[], at=given.tuesday),
        given.order("ordered", at=given.tuesday),
    ],
    ids=lambda one: one.type,
)
def test_what_names_nothing_epcis_cannot_say(movement: Movement) -> None:
    assert events(movement) == []


def test_who_it_was_is_not_told() -> None:
    dropped = next(one for one in sampled() if one.type == "drop_off")
    text = json.dumps(outward.told(dropped), ensure_ascii=False)

    assert {"operator", "note", "signature", "depositor", "previous"} <= UNTOLD
    for said in ("op-12", "person:7f3a", "外壳轻微划痕", "c2lnbmVk", "9f9f9f"):
        assert said not in text


def test_nothing_untold_is_told_by_a_correction() -> None:
    stored = given.store([given.pack], at=given.tuesday)
    put_right = given.correct(stored.id, {"note": "张三", "place": "B-9"}, at=given.friday)
    told = json.dumps(outward.told(put_right, Recorded([stored])), ensure_ascii=False)
    assert "张三" not in told
    assert "B-9" in told


def test_matter_is_told_by_its_mass() -> None:
    taken_apart = next(one for one in sampled() if one.type == "dismantle")
    event = only(taken_apart)
    assert event.type == "TransformationEvent"
    assert event.action is None
    assert [(one.uri, one.quantity, one.uom) for one in event.classes] == [
        ("urn:custody:fraction:cells", 6500, "GRM"),
        ("urn:custody:fraction:steel", 1900, "GRM"),
    ]


@pytest.mark.parametrize(
    "offset", ["+08:00", "Z", "-14:00", "+14:00", "-15:30", "+23:59", "+05:45", "-00:00"]
)
def test_any_zone_is_told_as_one_that_epcis_knows(offset: str) -> None:
    body = json.loads(given.data(given.store([given.pack])))
    body["occurred_at"] = f"2026-03-02T09:00:00.125{offset}"
    stored = read_movement(json.dumps(body).encode())

    event = only(stored)

    assert event.event_time == stored.at
    assert not examples.told_by_schema(writing.document([event], NOW))


def test_the_owner_of_a_site_is_told() -> None:
    sent = given.dispatch([given.pack], to_site=given.BASE, at=given.tuesday)
    parties = [(one.type, one.uri) for one in only(sent).destinations]
    assert parties == [
        ("location", f"urn:custody:site:{given.BASE}"),
        ("possessing_party", f"urn:custody:organisation:{RECYCLER}"),
    ]


def test_every_name_of_ours_is_in_the_context_that_we_publish() -> None:
    published = outward.context_document()["@context"]
    movements = sampled()
    beside = Recorded(movements)

    def named(value: Any) -> set[str]:
        if isinstance(value, list):
            return {name for inner in value for name in named(inner)}
        if not isinstance(value, dict):
            return set()
        inner = {name for one in value.values() for name in named(one)}
        return inner | {name for name in value if name.startswith("custody:")}

    names = named([outward.told(one, beside) for one in movements])

    assert len(names) > 30
    assert names <= published.keys()
