"""Are fields of a sender's own found, wherever the standard lets them stand, and nowhere else?"""

from itertools import product

import pytest

from custody.exchange import asked
from custody.ledger import Ledger
from custody.terms import Refused
from tests.exchange.indexed import PREFIXES, Indexed
from tests.exchange.partners import event

SAID = {
    "ex:grade": "B",
    "ex:health": 71,
    "ex:tested": "2026-03-01T08:00:00+08:00",
    "ex:tests": {"ex:kind": "ocv", "ex:more": [{"ex:volts": 3.7}]},
}
"""The same in every place, so that only the place can tell them apart."""

SENSED = {"type": "Temperature", "value": 26.5, "uom": "CEL"}
SENSOR = {"sensorMetadata": {"deviceID": "urn:dev:1"}, "sensorReport": [SENSED]}
RANKED = {**SENSED, "percRank": 95, "time": "2026-03-01T08:30:00+08:00"}

PLACES = {
    "": event(1, **SAID),
    "ILMD_": event(2, action="ADD", ilmd=SAID),
    "readPoint_": event(3, readPoint={"id": "urn:x:read", **SAID}),
    "bizLocation_": event(4, bizLocation={"id": "urn:x:biz", **SAID}),
    "SENSORELEMENT_": event(5, sensorElementList=[{**SENSOR, **SAID}]),
    "SENSORMETADATA_": event(
        6,
        sensorElementList=[
            SENSOR,
            {**SENSOR, "sensorMetadata": {"deviceID": "urn:dev:1", **SAID}},
        ],
    ),
    "SENSORREPORT_": event(
        7, sensorElementList=[{**SENSOR, "sensorReport": [RANKED, {**SENSED, **SAID}]}]
    ),
    "ERROR_DECLARATION_": event(
        8,
        errorDeclaration={
            "declarationTime": "2026-03-06T12:00:00+08:00",
            "reason": "did_not_occur",
            **SAID,
        },
    ),
}
NOTHING_OF_ITS_OWN = event(9)

FOUND = {
    "EQ_{}b:grade": "A|B",
    "EQ_{}https://example.com/battery/grade": "B",
    "EQ_{}b:health": "71",
    "GT_{}b:health": "70.5",
    "GE_{}b:health": "71",
    "LT_{}b:health": "71.5",
    "LE_{}b:health": "71",
    "GE_{}b:tested": "2026-03-01T00:00:00Z",
    "LT_{}b:tested": "2026-03-01T00:00:00.001Z",
    "EXISTS_{}b:grade": "true",
    "EQ_INNER_{}b:kind": "ocv",
    "EXISTS_INNER_{}b:kind": "true",
    "EQ_INNER_{}b:volts": "3.7",
    "GT_INNER_{}b:volts": "3.6",
    "GE_INNER_{}b:volts": "3.7",
    "LT_INNER_{}b:volts": "3.8",
    "LE_INNER_{}b:volts": "3.7",
}
NOT_FOUND = {
    "EQ_{}b:grade": "A",
    "GT_{}b:health": "71",
    "LT_{}b:tested": "2026-03-01T00:00:00Z",
    "EXISTS_{}b:kind": "true",
    "EQ_INNER_{}b:grade": "B",
    "EXISTS_INNER_{}b:health": "true",
    "LT_INNER_{}b:volts": "3.7",
}

BESIDE: list[tuple[dict[str, str], list[int]]] = [
    ({"EXISTS_sensorElementList": "true"}, [5, 6, 7]),
    ({"EXISTS_sensorElementList": "false", "EXISTS_errorDeclaration": "true"}, [8]),
    ({"EXISTS_b:grade": "false"}, [*range(1, 10)]),
    ({"GE_percRank": "95"}, [7]),
    ({"GT_percRank": "95"}, []),
    ({"GE_time": "2026-03-01T00:30:00Z"}, [7]),
    ({"LT_time": "2026-03-01T00:30:00Z"}, []),
]

WRONG = [
    ("EQ_ELSEWHERE_b:grade", "epcis_parameter_unknown"),
    ("EQ_READPOINT_b:grade", "epcis_parameter_unknown"),
    ("EXISTS_epcList", "epcis_parameter_unknown"),
    ("EQ_readPoint_grade", "epcis_parameter_unknown"),
    ("EQ_readPoint_zz:grade", "epcis_prefix_unknown"),
    ("EXISTS_SENSORREPORT_zz:grade", "epcis_prefix_unknown"),
    ("GE_INNER_ERROR_DECLARATION_b:grade", "epcis_not_a_number"),
    ("EXISTS_b:grade", "not_in_list"),
]


@pytest.fixture
def indexed(ledger: Ledger) -> Indexed:
    return Indexed(ledger)


def test_a_field_is_found_in_its_place_and_in_no_other(indexed: Indexed) -> None:
    indexed.capture(*PLACES.values(), NOTHING_OF_ITS_OWN)
    wrong = []
    for (number, place), (name, value) in product(enumerate(PLACES, 1), FOUND.items()):
        parameter = name.format(place)
        if indexed.numbers({parameter: value}) != [number]:
            wrong.append((parameter, value))
    for place, (name, value) in product(PLACES, NOT_FOUND.items()):
        if indexed.numbers({name.format(place): value}):
            wrong.append((name.format(place), value))
    for parameters, numbers in BESIDE:
        if indexed.numbers(parameters) != numbers:
            wrong.append((str(parameters), str(numbers)))
    assert wrong == []


@pytest.mark.parametrize(("name", "code"), WRONG)
def test_what_names_no_field_is_refused_by_its_name(name: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        asked.read({name: ["warm"]}, PREFIXES)
    (error,) = refused.value.errors
    assert (error.pointer, error.code) == (f"/{name}", code)


def test_prefixes_of_the_standard_need_no_telling(indexed: Indexed) -> None:
    indexed.capture(event(1, action="ADD", ilmd={"cbvmda:lotNumber": "L1"}), event(2))
    assert indexed.numbers({"EQ_ILMD_cbvmda:lotNumber": "L1"}) == [1]
    assert indexed.numbers({"EQ_ILMD_urn:epcglobal:cbv:mda:lotNumber": "L1"}) == [1]
