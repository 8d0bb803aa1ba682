"""Is whoever is refused told which field is wrong, and by which rule?"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import httpx
import orjson
import pytest

from tests.api.conftest import Service
from tests.exchange.partners import JSON, bare, captured, document, event

NAMED = {"name": "collected", "query": {"EQ_bizStep": ["collecting"]}}


@pytest.mark.parametrize("beyond", ["1e400", "-1e400", "1" + "0" * 400, "1" + "0" * 5_000])
def test_a_number_beyond_what_is_kept_is_told_with_its_field_and_the_bound(
    partner: httpx.Client, beyond: str
) -> None:
    said = orjson.dumps(bare(event(1, **{"ex:a": {"ex:b": [1, 777777]}})))
    body = said.replace(b"777777", beyond.encode())
    answer = partner.post("/epcis/events", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "epcis_invalid")
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/ex:a/ex:b/1", "epcis_number_beyond")
    assert "1.7976931348623157e308" in error["detail"]


def test_in_a_document_the_number_is_told_with_its_event(
    service: Service, partner: httpx.Client
) -> None:
    body = orjson.dumps(document(event(1), event(2, **{"ex:n": 777777})))
    body = body.replace(b"777777", b"1e400")
    answer = partner.post("/epcis/capture", content=body, headers=JSON)
    assert answer.status_code == 202
    exchange = service.app.state.exchange
    location = answer.headers["Location"]
    assert exchange.until(lambda: not partner.get(location).json()["running"], 20)
    (problem,) = partner.get(location).json()["errors"]
    assert problem["errors"][0]["pointer"] == "/epcisBody/eventList/1/ex:n"


@pytest.mark.parametrize("name", ["ex:品级", "品级"])
def test_a_name_in_letters_that_no_uri_has_is_told_so(
    service: Service, partner: httpx.Client, name: str
) -> None:
    job: Any = captured(service, partner, document(event(1, **{name: "B"})))
    (error,) = job["errors"][0]["errors"]
    assert error["code"] == "epcis_name_not_ascii"
    assert "ASCII" in error["detail"]


@pytest.mark.parametrize(
    "dest", ["https://receiver.example:25/", "https://93.184.216.34:80/", "https://a.example:1023/"]
)
def test_what_could_never_be_delivered_is_not_subscribed_to(service: Service, dest: str) -> None:
    platform = service.client("integrator")
    assert platform.post("/epcis/queries", json=NAMED).status_code == 201
    said = {"dest": dest, "stream": True}
    answer = platform.post("/epcis/queries/collected/subscriptions", json=said)
    assert answer.status_code in (400, 422), answer.text
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/dest", "url_not_allowed")
    assert "1024" in error["detail"]


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ([], "", "not_a_document"),
        (event(1), "/type", "not_a_document"),
        ({"type": "EPCISDocument"}, "/epcisBody", "required"),
        ({"type": "EPCISDocument", "epcisBody": []}, "/epcisBody", "not_a_document"),
        ({"type": "EPCISDocument", "epcisBody": {}}, "/epcisBody/eventList", "required"),
        (
            {"type": "EPCISDocument", "epcisBody": {"eventList": {}}},
            "/epcisBody/eventList",
            "not_a_document",
        ),
    ],
)
def test_what_is_no_document_is_told_where_and_in_chinese_too(
    partner: httpx.Client, said: Any, pointer: str, code: str
) -> None:
    headers = {**JSON, "Accept-Language": "zh"}
    answer = partner.post("/epcis/capture", content=orjson.dumps(said), headers=headers)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert "xpected" not in error["detail"]


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ([], "", "epcis_not_a_query"),
        ({"name": "a/b", "query": {}}, "/name", "epcis_not_a_query_name"),
        ({"name": "", "query": {}}, "/name", "epcis_not_a_query_name"),
        ({"name": 5, "query": {}}, "/name", "epcis_not_a_query_name"),
        ({"query": {}}, "/name", "required"),
        ({"name": "a"}, "/query", "required"),
        ({"name": "a", "query": "EQ_bizStep"}, "/query", "epcis_not_a_query"),
        ({**NAMED, "dest": "https://a.example/"}, "/dest", "unknown_field"),
        ({"name": "a", "query": {"品级": "B"}}, "/品级", "epcis_parameter_unknown"),
    ],
)
def test_a_query_that_cannot_be_named_is_told_what_is_wrong_with_it(
    service: Service, said: Any, pointer: str, code: str
) -> None:
    answer = service.client("integrator").post("/epcis/queries", json=said)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


def test_a_parameter_of_a_query_is_told_which_values_it_takes(service: Service) -> None:
    platform = service.client("auditor")
    for said, tells in (
        ("EXISTS_errorDeclaration", "true, false"),
        ("EXISTS_errorDeclaration=yes", "true, false"),
        ("GE_eventTime=2026-03-01T00:00:00Z|2026-03-02T00:00:00Z", "ask for them, apart"),
    ):
        answer = platform.get(f"/epcis/events?{said}")
        assert answer.status_code == 400
        (error,) = answer.json()["errors"]
        assert tells in error["detail"], said


@pytest.mark.parametrize("left", [-1, 0, "1", [1]])
def test_a_token_that_leaves_fewer_than_one_event_to_come_was_never_given_out(
    service: Service, partner: httpx.Client, left: Any
) -> None:
    captured(service, partner, document(event(1), event(2)))
    first = partner.get("/epcis/events?perPage=1")
    token = httpx.URL(first.links["next"]["url"]).params["nextPageToken"]
    told = orjson.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    forged = urlsafe_b64encode(orjson.dumps([*told[:-1], left])).decode().rstrip("=")
    for shown, status in ((token, 200), (forged, 400)):
        answer = partner.get("/epcis/events", params={"perPage": 1, "nextPageToken": shown})
        assert answer.status_code == status
