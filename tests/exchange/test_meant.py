"""Is whoever puts a query that finds nothing, or cannot be meant, told so instead of left alone?"""

import json
from typing import Any

import httpx
import pytest

from custody.exchange import asked
from tests.api.conftest import Service
from tests.exchange.partners import captured, document, event, event_id, ids
from tests.exchange.test_queries import EXTENSIONS, LOT, STORY

MISSPELT = [
    ("EQ_bizStep", "recieving", "epcis_word_unknown"),
    ("EQ_bizStep", "shipping,receiving", "epcis_word_unknown"),
    ("EQ_disposition", "transit", "epcis_word_unknown"),
    ("EQ_persistentDisposition_set", "Damaged", "epcis_word_unknown"),
    ("EQ_errorReason", "wrong", "epcis_word_unknown"),
    ("EQ_type", "temperature", "epcis_word_unknown"),
    ("EQ_bizTransaction_order", "urn:x:1", "epcis_word_unknown"),
    ("EQ_source_owner", "urn:x:1", "epcis_word_unknown"),
    ("eventType", "objectEvent", "epcis_type_unknown"),
    ("MATCH_epc", "9521234EBB0000001", "epcis_not_a_uri"),
    ("MATCH_anyEPCClass", "9521234000020", "epcis_not_a_uri"),
    ("EQ_bizLocation", "9521234001010", "epcis_not_a_uri"),
    ("WD_readPoint", "CAB03", "epcis_not_a_uri"),
    ("EQ_destination_location", "9521234001010", "epcis_not_a_uri"),
    ("EQ_eventID", "0195555e-8a00-7000-8000-000000000001", "epcis_not_a_uri"),
]
"""What no event can have: each would be answered by an empty list, for ever."""


@pytest.mark.parametrize(("name", "value", "code"), MISSPELT)
def test_what_no_event_can_have_is_told_and_not_answered_by_nothing(
    partner: httpx.Client, name: str, value: str, code: str
) -> None:
    for answer in (
        partner.get("/epcis/events", params={name: value}),
        partner.post("/epcis/queries", json={"name": "mine", "query": {name: [value]}}),
    ):
        assert answer.status_code == 400
        (error,) = answer.json()["errors"]
        assert (error["pointer"], error["code"]) == (f"/{name}", code)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EQ_bizStep", "https://example.com/step/soaking"),
        ("EQ_bizStep", "b:soaking"),
        ("eventType", "https://example.com/SoakingEvent"),
        ("EQ_type", "b:Smell"),
        ("EQ_source_https://example.com/yard", "urn:x:1"),
        ("EQ_source_b:yard", "urn:x:1"),
    ],
)
def test_somebody_s_own_word_may_be_asked_for_before_any_event_has_it(
    partner: httpx.Client, name: str, value: str
) -> None:
    assert ids(partner.get("/epcis/events", params={name: value}, headers=EXTENSIONS)) == []


def test_the_first_events_are_those_of_an_order(service: Service, partner: httpx.Client) -> None:
    captured(service, partner, document(*STORY))
    first = {"eventCountLimit": "2"}
    answer = partner.get("/epcis/events", params=first)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/eventCountLimit", "epcis_of_no_order")
    assert ids(partner.get("/epcis/events", params={**first, "orderBy": "eventTime"})) == [
        event_id(5),
        event_id(3),
    ]


def test_what_was_taken_before_is_read_still() -> None:
    assert asked.read({"EQ_bizStep": ["recieving"], "eventCountLimit": ["2"]}).limit == 2


@pytest.mark.parametrize("name", ["perPage", "nextPageToken", "at_least"])
def test_which_page_is_said_once(partner: httpx.Client, name: str) -> None:
    answer = partner.get("/epcis/events", params=[(name, "5"), (name, "6")])
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (f"/{name}", "given_twice")


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"EXISTS_errorDeclaration": None}, [2]),  # as the standard's schema of queries has it
        ({"EXISTS_errorDeclaration": 1}, [2]),
        ({"EXISTS_errorDeclaration": 0}, [1, 2, 3]),
        ({"EQ_quantity": [3, 12.5]}, [3]),
        ({"EQ_quantity": [3, 4]}, []),
        ({"EQ_ex:health": 70.0}, [1]),
        ({"EQ_ex:health": [70, 71]}, [1]),
        ({"EQ_ex:health": 70.5}, []),
    ],
)
def test_a_query_is_put_as_its_published_schema_has_it(
    service: Service, partner: httpx.Client, query: dict[str, Any], numbers: list[int]
) -> None:
    declared = {"declarationTime": "2026-03-02T00:00:00Z", "reason": "did_not_occur"}
    weighed = [{"epcClass": LOT, "quantity": 12.5, "uom": "KGM"}]
    events = [
        event(1, **{"ex:health": 70}),
        event(2, errorDeclaration=declared),
        event(3, quantityList=weighed),
    ]
    assert captured(service, partner, document(*events))["success"]
    said = json.dumps({"name": "mine", "query": {"@context": [AT], **query}})
    put = partner.post("/epcis/queries", content=said, headers=JSON)
    assert put.status_code == 201, put.text
    assert ids(partner.get("/epcis/queries/mine/events")) == [*map(event_id, numbers)]


AT = {"ex": "https://example.com/battery/"}
JSON = {"Content-Type": "application/json"}
