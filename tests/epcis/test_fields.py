from typing import Any

import pytest

from tests.epcis.sound import ID, ITEM, LOT, OTHER, TIME, document, told, wrong


def test_an_error_has_a_reason_that_cbv_knows_or_that_is_a_uri() -> None:
    place = "/errorDeclaration/reason"
    for reason, expected in (
        ("other", [(place, "epcis_word_unknown")]),
        ("urn:epcglobal:cbv:er:did_not_occur", [(place, "epcis_urn_word")]),
        ("https://example.cn/reasons/typo", []),
    ):
        declared = {"declarationTime": TIME, "reason": reason}
        assert wrong("ObjectEvent", errorDeclaration=declared, eventID=ID) == expected


@pytest.mark.parametrize("field", ["bizStep", "disposition"])
@pytest.mark.parametrize(
    ("word", "rule"),
    [
        ("transforming", "epcis_word_unknown"),
        ("in_transport", "epcis_word_unknown"),
        ("", "epcis_word_unknown"),
        ("https://ref.gs1.org/cbv/BizStep-notifying", None),
        ("urn:epcglobal:cbv:bizstep:receiving", "epcis_urn_word"),
        ("https://ns.gs1.org/cbv/BizStep-receiving", "epcis_urn_word"),
        ("https://example.cn/steps/washing", None),
    ],
)
def test_a_word_is_of_cbv_or_a_uri_of_somebody_s(field: str, word: str, rule: str | None) -> None:
    if field == "bizStep" and word.startswith("https://ref.gs1.org/cbv/BizStep-"):
        rule = "epcis_word_unknown"
    assert wrong("ObjectEvent", **{field: word}) == ([(f"/{field}", rule)] if rule else [])


@pytest.mark.parametrize(
    "time", ["22-07-2026", "2026-03-01T09:00:00", "2026-03-01", "2026-02-30T09:00:00Z", "", "now"]
)
@pytest.mark.parametrize("field", ["eventTime", "recordTime"])
def test_a_time_has_an_offset(field: str, time: str) -> None:
    assert wrong("ObjectEvent", **{field: time}) == [(f"/{field}", "epcis_not_a_time")]


def test_a_clock_that_was_never_set_is_not_believed() -> None:
    for time in ("0001-01-01T00:00:00+14:00", "1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z"):
        assert wrong("ObjectEvent", eventTime=time) == [("/eventTime", "epcis_not_a_time")]


@pytest.mark.parametrize("offset", ["08:00", "Z", "+8:00", "+15:00", "+08:60", "+0800"])
def test_the_offset_of_an_event_is_one(offset: str) -> None:
    found = wrong("ObjectEvent", eventTimeZoneOffset=offset)
    assert found == [("/eventTimeZoneOffset", "epcis_not_an_offset")]


@pytest.mark.parametrize("field", ["eventTime", "eventTimeZoneOffset", "action"])
def test_what_must_be_there_is_there(field: str) -> None:
    body = document("ObjectEvent")
    del body["epcisBody"]["eventList"][0][field]
    assert told(body) == [(f"/epcisBody/eventList/0/{field}", "required")]


@pytest.mark.parametrize("code", ["03PB-12345", "电池1", "https://example.cn/电池", "", "a b:c"])
def test_a_thing_is_named_by_a_uri(code: str) -> None:
    assert wrong("ObjectEvent", epcList=[code]) == [("/epcList/0", "epcis_not_a_uri")]


def test_a_thing_is_named_once() -> None:
    assert wrong("ObjectEvent", epcList=[ITEM, OTHER, ITEM]) == [("/epcList", "epcis_same_twice")]


def test_a_number_is_no_text() -> None:
    found = wrong("ObjectEvent", quantityList=[{**LOT, "quantity": "12", "uom": "KGM"}])
    assert found == [("/quantityList/0/quantity", "wrong_type")]
    report = {"type": "Temperature", "value": "23.5", "uom": "CEL"}
    found = wrong("ObjectEvent", sensorElementList=[{"sensorReport": [report]}])
    assert found == [("/sensorElementList/0/sensorReport/0/value", "wrong_type")]


def test_nothing_is_said_by_null() -> None:
    assert wrong("ObjectEvent", bizStep=None) == [("/bizStep", "wrong_type")]


def test_a_unit_has_a_number_and_is_one() -> None:
    found = wrong("ObjectEvent", quantityList=[{**LOT, "uom": "KGM"}])
    assert found == [("/quantityList/0/uom", "epcis_quantity_without_number")]
    found = wrong("ObjectEvent", quantityList=[{**LOT, "quantity": 1, "uom": "kg"}])
    assert found == [("/quantityList/0/uom", "epcis_not_a_unit")]


@pytest.mark.parametrize(
    ("report", "place", "rule"),
    [
        ({"type": "Temperature"}, "", "epcis_sensor_says_nothing"),
        ({"type": "Temperature", "exception": "ALARM_CONDITION", "uom": "CEL"}, "/uom",
         "epcis_unit_without_value"),
        ({"type": "Heat", "value": 1}, "/type", "epcis_word_unknown"),
        ({"type": "https://gs1.org/voc/Temperature", "value": 1}, "/type", "epcis_word_unknown"),
        ({"value": 1}, "/type", "required"),
        ({"type": "Temperature", "exception": "FIRE"}, "/exception", "epcis_word_unknown"),
        ({"type": "Temperature", "hexBinaryValue": "xyz"}, "/hexBinaryValue", "pattern"),
    ],
)  # fmt: skip
def test_a_report_of_a_sensor_says_something(report: dict[str, Any], place: str, rule: str) -> None:
    found = wrong("ObjectEvent", sensorElementList=[{"sensorReport": [report]}])
    assert found == [(f"/sensorElementList/0/sensorReport/0{place}", rule)]


def test_a_sensor_has_reports() -> None:
    found = wrong("ObjectEvent", sensorElementList=[{"sensorReport": []}])
    assert found == [("/sensorElementList/0/sensorReport", "too_few")]
