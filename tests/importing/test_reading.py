import json
from typing import Any

import pytest

from custody.importing.emanifest import document
from custody.importing.emanifest.parts import LINES_MAX, NUMBERS_MAX, TRANSPORTERS_MAX
from custody.importing.emanifest.reading import read
from custody.terms import Refused
from tests.importing.manifests import (
    CARRIER,
    INVALID,
    NO_MANIFESTS,
    SAMPLE,
    VALID,
    day,
    example,
    line,
    manifest,
    rejected,
    signed,
)


def faults(value: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        read(json.dumps(value))
    return [(error.pointer, error.code) for error in refused.value.errors]


@pytest.mark.parametrize("name", [*VALID, SAMPLE])
def test_every_valid_example_is_a_manifest_and_sound(name: str) -> None:
    text = document.text_of(example(name))
    assert document.kind_of(text) == "manifest"
    assert read(text).wastes


@pytest.mark.parametrize(("name", "kind"), NO_MANIFESTS.items())
def test_what_lies_beside_the_manifests_is_told_apart(name: str, kind: str) -> None:
    assert document.kind_of(document.text_of(example(name))) == kind


def test_of_the_invalid_example_all_is_told_that_epa_tells_and_more() -> None:
    told = faults(json.loads(example(INVALID)))
    line = "/wastes/0"
    assert {  # as in EPA's own answer, emanifest-return-failure-example.json
        (f"{line}/hazardous", "unknown_field"),
        (f"{line}/dotHazardous", "required"),
        (f"{line}/epaWaste", "required"),
        (f"{line}/pcb", "required"),
        (f"{line}/br", "wrong_type"),
        (f"{line}/brInfo", "wrong_type"),
        (f"{line}/dotInformation/hazardClass", "unknown_field"),
        (f"{line}/quantity/quantity", "wrong_type"),
    } <= set(told)
    assert ("/generator/epaSiteId", "required") in told


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "invalid_json"),
        (b"\xff{}", "invalid_json"),
        (b'{"a": NaN}', "invalid_json"),
        (b"[" * 100_000, "invalid_json"),
        (b'{"wastes": [], "wastes": [1]}', "name_twice"),
        (b" " * (document.FILE_BYTES_MAX + 1), "file_too_large"),
    ],
)
def test_what_two_readers_could_read_differently_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused, match=code):
        document.text_of(data)


def test_a_byte_order_mark_says_nothing() -> None:
    assert document.kind_of(document.text_of(b"\xef\xbb\xbf[]")) == "other"


def test_a_number_has_nine_digits_and_three_letters() -> None:
    wrong = manifest(manifestTrackingNumber="10003271ELC")
    assert faults(wrong) == [("/manifestTrackingNumber", "tracking_number")]
    assert read(json.dumps(manifest(manifestTrackingNumber="CHANGE ME"))) == read(
        json.dumps(manifest(manifestTrackingNumber=None))
    )


def test_a_party_has_an_epa_id() -> None:
    assert faults(manifest(generator={})) == [("/generator/epaSiteId", "required")]
    assert faults(manifest(generator=signed("4VATEST", 1))) == [
        ("/generator/epaSiteId", "epa_site")
    ]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("2019-03-13", "not_an_instant"),
        ("2019-02-29T04:00:00.000+0000", "not_an_instant"),
        ("2019-03-13T24:00:00Z", "not_an_instant"),
        ("2019-03-13T04:00:00+2500", "not_an_instant"),
        (1552449600, "not_an_instant"),
        ("2019-03-13T04:00:00", "no_offset"),
        ("1999-12-31T23:59:59Z", "too_small"),
        ("0001-01-01T00:00:00+14:00", "too_small"),
        ("2200-01-01T00:00:00Z", "too_big"),
        ("9999-12-31T23:59:59-14:00", "too_big"),
    ],
)
def test_an_instant_has_a_day_a_time_and_an_offset(said: object, code: str) -> None:
    assert faults(manifest(shippedDate=said)) == [("/shippedDate", code)]


def test_lines_have_numbers_of_their_own_and_units() -> None:
    unitless = line(2, quantity=1)
    del unitless["quantity"]["unitOfMeasurement"]
    assert faults(manifest(wastes=[line(1), unitless, line(2)])) == [
        ("/wastes/1/quantity/unitOfMeasurement", "required"),
        ("/wastes/2/lineNumber", "line_twice"),
    ]


def test_nothing_weighs_more_than_a_consignment_may() -> None:
    assert faults(manifest(wastes=[line(1, 1_001, "M")])) == [
        ("/wastes/0/quantity/quantity", "too_heavy"),
        ("/wastes", "too_heavy"),
    ]
    assert faults(manifest(wastes=[line(1, 600, "M"), line(2, 600, "M")])) == [
        ("/wastes", "too_heavy")
    ]


def test_lead_acid_is_not_for_this_chain() -> None:
    dot = {"idNumber": {"code": "UN2794"}, "printedDotInformation": "UN2794"}
    assert faults(manifest(wastes=[line(dotInformation=dot)])) == [
        ("/wastes/0/dotInformation/idNumber/code", "un_lead_acid")
    ]


def test_a_manifest_has_carriers_and_lines() -> None:
    assert faults(manifest(transporters=[], wastes=[])) == [
        ("/transporters", "too_few"),
        ("/wastes", "too_few"),
    ]


def test_a_rejection_says_what_was_rejected() -> None:
    assert faults(manifest(rejection=True)) == [("/rejectionInfo", "required")]
    assert faults(manifest(**rejected("SomeReject"))) == [
        ("/rejectionInfo/rejectionType", "not_in_list")
    ]


def test_lists_have_bounds() -> None:
    lines = [line(number, 1) for number in range(1, LINES_MAX + 1)]
    carriers = [signed(CARRIER, 14)] * TRANSPORTERS_MAX
    numbers = [f"{number:09}JJK" for number in range(NUMBERS_MAX)]
    most = manifest(wastes=lines, transporters=carriers, **rejected("PartialReject", *numbers))
    assert len(read(json.dumps(most)).wastes) == LINES_MAX
    for place, over in (
        ("/wastes", {"wastes": [*lines, line(LINES_MAX + 1, 1)]}),
        ("/transporters", {"transporters": [*carriers, signed(CARRIER, 14)]}),
        (
            "/rejectionInfo/newManifestTrackingNumbers",
            rejected("PartialReject", *numbers, "999999999JJK"),
        ),
    ):
        assert faults(most | over) == [(place, "too_many")]


def test_what_is_only_kept_in_the_original_may_say_anything_of_its_kind() -> None:
    assert read(json.dumps(manifest(broker={"anything": [1]}, createdDate=day(1)))).broker
    assert faults(manifest(broker=[])) == [("/broker", "wrong_type")]
    assert faults(manifest(colour="red")) == [("/colour", "unknown_field")]
