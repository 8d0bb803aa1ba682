from typing import Any

import pytest

from tests.epcis.sound import ID, SENSED, SOUND, TIME, document, told, wrong


@pytest.mark.parametrize("type_", SOUND)
def test_the_events_that_the_others_are_made_of_are_sound(type_: str) -> None:
    assert wrong(type_) == []


def test_an_aggregation_names_its_parent() -> None:
    body = document("AggregationEvent")
    for action in ("ADD", "DELETE"):
        event = body["epcisBody"]["eventList"][0]
        event.pop("parentID", None)
        event["action"] = action
        assert told(body) == [("/epcisBody/eventList/0/parentID", "epcis_no_parent")]


def test_an_observed_aggregation_may_leave_its_parent_out() -> None:
    body = document("AggregationEvent", action="OBSERVE")
    del body["epcisBody"]["eventList"][0]["parentID"]
    assert told(body) == []


@pytest.mark.parametrize(
    ("type_", "said"),
    [
        ("ObjectEvent", {"epcList": []}),
        ("ObjectEvent", {"epcList": [], "quantityList": []}),
        ("ObjectEvent", {"epcList": [], "sensorElementList": []}),
        ("AggregationEvent", {"childEPCs": []}),
        ("AssociationEvent", {"childEPCs": [], "childQuantityList": []}),
        ("TransactionEvent", {"epcList": []}),
    ],
)
def test_an_event_is_about_something(type_: str, said: dict[str, Any]) -> None:
    assert wrong(type_, **said) == [("", "epcis_nothing_said")]


def test_a_sensor_that_speaks_of_a_place_is_something() -> None:
    assert wrong("ObjectEvent", epcList=[], sensorElementList=[SENSED]) == []


def test_taking_everything_out_names_no_children() -> None:
    assert wrong("AggregationEvent", action="DELETE", childEPCs=[]) == []
    assert wrong("TransactionEvent", action="DELETE", epcList=[]) == []


def test_a_transformation_has_inputs_and_outputs_or_a_name_that_links_them() -> None:
    assert wrong("TransformationEvent", inputEPCList=[]) == [("", "epcis_no_input")]
    assert wrong("TransformationEvent", outputEPCList=[]) == [("", "epcis_no_output")]
    linked = {"outputEPCList": [], "transformationID": "https://example.cn/batch/1"}
    assert wrong("TransformationEvent", **linked) == []
    nothing = wrong("TransformationEvent", **linked, inputEPCList=[])
    assert nothing == [("", "epcis_no_input"), ("", "epcis_no_output")]


def test_a_transformation_has_no_action() -> None:
    found = wrong("TransformationEvent", action="ADD")
    assert found == [("/action", "epcis_action_not_here")]


def test_an_error_declaration_says_which_event_is_false() -> None:
    declared = {"declarationTime": TIME, "reason": "did_not_occur"}
    found = wrong("ObjectEvent", errorDeclaration=declared)
    assert found == [("/eventID", "epcis_declared_without_id")]
    assert wrong("ObjectEvent", errorDeclaration=declared, eventID=ID) == []


def test_what_did_not_occur_has_no_correction() -> None:
    declared = {
        "declarationTime": TIME,
        "reason": "did_not_occur",
        "correctiveEventIDs": ["urn:uuid:00000000-0000-4000-8000-000000000002"],
    }
    place = "/errorDeclaration/correctiveEventIDs"
    found = wrong("ObjectEvent", errorDeclaration=declared, eventID=ID)
    assert found == [(place, "epcis_did_not_occur_corrected")]


def test_an_event_does_not_correct_itself() -> None:
    declared = {
        "declarationTime": TIME,
        "reason": "incorrect_data",
        "correctiveEventIDs": [ID],
    }
    place = "/errorDeclaration/correctiveEventIDs/0"
    found = wrong("ObjectEvent", errorDeclaration=declared, eventID=ID)
    assert found == [(place, "epcis_corrects_itself")]


def test_a_span_of_time_ends_after_it_begins() -> None:
    span = {"startTime": "2026-03-01T09:00:00Z", "endTime": "2026-03-01T08:59:59Z"}
    found = wrong("ObjectEvent", sensorElementList=[{"sensorMetadata": span, **SENSED}])
    assert found == [("/sensorElementList/0/sensorMetadata/endTime", "epcis_time_reversed")]


def test_ilmd_stands_where_things_begin() -> None:
    ilmd = {"cnb:chemistry": "NMC"}
    assert wrong("ObjectEvent", ilmd=ilmd) == [("/ilmd", "epcis_ilmd_not_here")]
    assert wrong("ObjectEvent", ilmd=ilmd, action="ADD") == []
    assert wrong("AggregationEvent", ilmd=ilmd) == [("/ilmd", "epcis_not_a_name")]


def test_a_lasting_disposition_stands_where_it_may() -> None:
    said = {"persistentDisposition": {"set": ["damaged"]}}
    for type_ in ("AggregationEvent", "AssociationEvent", "TransactionEvent"):
        found = wrong(type_, **said)
        assert ("/persistentDisposition", "epcis_persistent_not_here") in found
    assert wrong("ObjectEvent", **said) == []
    assert wrong("TransformationEvent", **said) == []


def test_a_lasting_disposition_is_begun_or_ended() -> None:
    place = "/persistentDisposition"
    found = wrong("ObjectEvent", persistentDisposition={})
    assert found == [(place, "epcis_persistent_neither")]
    both = {"set": ["damaged"], "unset": ["cbv:Disp-damaged"]}
    found = wrong("ObjectEvent", persistentDisposition=both)
    assert found == [(place, "epcis_persistent_both")]
