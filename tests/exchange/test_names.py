from typing import Any
from urllib.parse import quote

import httpx

from custody.exchange.traits import VALUE_MAX
from tests.api.conftest import Service
from tests.api.movements import COLLECTOR, drop_off
from tests.exchange.partners import JSON, bare, captured, document, epc, event, event_id, found, ids

STORY = [
    event(1),
    event(2, bizStep="storing", disposition="in_progress"),
    event(3, epcList=[epc(1)], readPoint={"id": "https://id.gs1.org/414/9521234001010"}),
]


def members(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    told: list[str] = answer.json()["member"]
    return told


def test_names_lead_to_their_events(service: Service, partner: httpx.Client) -> None:
    captured(service, partner, document(*STORY))
    assert members(partner.get("/epcis/epcs")) == [epc(1), epc(2)]
    assert members(partner.get("/epcis/bizSteps")) == ["collecting", "storing"]
    assert members(partner.get("/epcis/dispositions")) == ["in_progress"]
    assert members(partner.get("/epcis/bizLocations")) == []
    (place,) = members(partner.get("/epcis/readPoints"))
    here = f"/epcis/readPoints/{quote(place, safe='')}"
    assert members(partner.get(here)) == ["events"]
    assert ids(partner.get(f"{here}/events")) == [event_id(3)]
    of_step = partner.get("/epcis/bizSteps/collecting/events", params={"MATCH_epc": epc(1)})
    assert ids(of_step) == [event_id(1), event_id(3)]
    urn = quote("urn:epc:id:giai:9521234.EBB0000001", safe="")
    assert ids(partner.get(f"/epcis/epcs/{urn}/events")) == [event_id(1), event_id(3)]


def test_types_of_events_are_those_that_are_spoken_whether_there_are_such_events_or_not(
    service: Service, partner: httpx.Client
) -> None:
    five = ["AggregationEvent", "AssociationEvent", "ObjectEvent", "TransactionEvent",
            "TransformationEvent"]  # fmt: skip
    assert members(partner.get("/epcis/eventTypes")) == five
    first = partner.get("/epcis/eventTypes", params={"perPage": 3})
    rest = partner.get(first.links["next"]["url"])
    assert members(first) + members(rest) == five
    assert "next" not in rest.links
    captured(service, partner, document(*STORY))
    assert members(partner.get("/epcis/eventTypes")) == five
    for type_ in five:
        here = f"/epcis/eventTypes/{type_}"
        assert members(partner.get(here)) == ["events"]
        assert len(found(partner.get(f"{here}/events"))) == 3 * (type_ == "ObjectEvent")
    assert partner.get("/epcis/eventTypes/QuantityEvent").status_code == 404


def test_a_name_that_nothing_has_is_not_found(service: Service, partner: httpx.Client) -> None:
    captured(service, partner, document(*STORY))
    for path in ("epcs/urn:a:b", "epcs/urn:a:b/events", "bizSteps/shipping", "events/urn:a:b"):
        answer = partner.get(f"/epcis/{path}")
        assert answer.status_code == 404, path
        assert answer.json()["type"] == "epcisException:NoSuchResourceException"


def test_names_come_in_pages(service: Service, partner: httpx.Client) -> None:
    captured(service, partner, document(*map(event, range(7))))
    answer = partner.get("/epcis/epcs", params={"perPage": 3})
    told = members(answer)
    while "next" in answer.links:
        answer = partner.get(answer.links["next"]["url"])
        told += members(answer)
    assert told == [epc(number) for number in range(7)]


def test_a_name_too_long_for_the_index_is_found_and_not_listed_as_another(
    partner: httpx.Client,
) -> None:
    longest = "urn:x:" + "a" * (VALUE_MAX - 6)
    longer = f"{longest}a"
    said = event(1, epcList=[longest, longer], bizLocation={"id": longer})
    assert partner.post("/epcis/events", json=bare(said)).status_code == 201
    assert members(partner.get("/epcis/epcs")) == [longest]
    assert members(partner.get("/epcis/bizLocations")) == []
    for path in (f"epcs/{longer}", f"bizLocations/{longer}"):
        assert ids(partner.get(f"/epcis/{path}/events")) == [event_id(1)]


def test_a_battery_of_ours_leads_on_to_where_it_is_and_what_proves_it(
    service: Service, partner: httpx.Client
) -> None:
    captured(service, partner, document(event(1)))
    answer = partner.get(f"/epcis/epcs/{quote(epc(1), safe='')}")
    assert 'rel="item"' in answer.headers["Link"]
    assert "/v1/batteries/giai:9521234EBB0000001/evidence" in answer.headers["Link"]
    assert 'rel="proof"' in answer.headers["Link"]


def test_what_can_be_asked_is_told_with_its_methods_and_versions(partner: httpx.Client) -> None:
    methods = {
        "/epcis": "GET, HEAD, OPTIONS",
        "/epcis/": "GET, HEAD, OPTIONS",
        "/epcis/capture": "GET, HEAD, OPTIONS, POST",
        "/epcis/capture/x": "GET, HEAD, OPTIONS",
        "/epcis/events": "GET, HEAD, OPTIONS, POST",
        "/epcis/events/x": "GET, HEAD, OPTIONS",
        "/epcis/epcs": "GET, HEAD, OPTIONS",
        "/epcis/epcs/x/events": "GET, HEAD, OPTIONS",
        "/epcis/queries": "GET, HEAD, OPTIONS, POST",
        "/epcis/queries/x": "DELETE, GET, HEAD, OPTIONS",
        "/epcis/queries/x/events": "GET, HEAD, OPTIONS",
    }
    for path, allowed in methods.items():
        answer = partner.options(path)
        assert answer.status_code == 204, path
        assert answer.headers["Allow"] == allowed, path
        for name in ("EPCIS-Version", "EPCIS-Min", "EPCIS-Max", "CBV-Version", "CBV-Min"):
            assert answer.headers[f"GS1-{name}"] == "2.0", (path, name)
        for name in ("CBV-Max", "EPC-Format", "Vendor-Version", "Extensions"):
            assert f"GS1-{name}" in answer.headers, (path, name)
    assert partner.options("/epcis/capture").headers["GS1-Capture-Error-Behaviour"] == "all"
    assert members(partner.get("/epcis/")) == members(partner.get("/epcis"))


def test_a_query_has_a_name_of_its_owner_and_is_forgotten_when_it_is_told_to(
    service: Service, partner: httpx.Client, stranger: httpx.Client
) -> None:
    captured(service, partner, document(*STORY))
    said = {"name": "stored", "query": {"EQ_bizStep": ["storing", "shipping"]}}
    put = partner.post("/epcis/queries", json=said)
    assert (put.status_code, put.headers["Location"]) == (201, "/epcis/queries/stored")
    again = partner.post("/epcis/queries", json=said)
    assert (again.status_code, again.json()["code"]) == (409, "epcis_name_taken")
    assert partner.get("/epcis/queries/stored").json() == said
    assert partner.get("/epcis/queries").json() == {"queries": [said]}
    answer = partner.get("/epcis/queries/stored/events")
    assert ids(answer) == [event_id(2)]
    assert answer.json()["epcisBody"]["queryResults"]["queryName"] == "stored"
    narrowed = partner.get("/epcis/queries/stored/events", params={"EQ_action": "ADD"})
    assert found(narrowed) == []
    assert stranger.get("/epcis/queries").json() == {"queries": []}
    assert stranger.get("/epcis/queries/stored").status_code == 404
    assert stranger.delete("/epcis/queries/stored").status_code == 404
    assert partner.delete("/epcis/queries/stored").status_code == 204
    assert partner.get("/epcis/queries/stored/events").status_code == 404


def test_a_number_of_a_query_may_be_as_large_as_one_of_an_event(partner: httpx.Client) -> None:
    query = {"GT_quantity": 10**30}
    put = partner.post("/epcis/queries", json={"name": "many", "query": query})
    assert (put.status_code, put.json()["query"]) == (201, {"GT_quantity": 1e30})
    assert found(partner.get("/epcis/queries/many/events")) == []


def test_a_query_is_asked_by_its_name_alone_whatever_prefixes_it_was_put_with(
    service: Service, partner: httpx.Client
) -> None:
    told = [event(1, **{"ex:grade": "A"}), event(2, **{"ex:grade": "B"})]
    captured(service, partner, document(*told))
    ours = {"b": "https://example.com/battery/"}
    asked = {"EQ_b:grade": ["B"]}
    said = {"name": "in_it", "query": {"@context": [ours], **asked}}
    assert partner.post("/epcis/queries", json=said).json() == said
    beside = {"GS1-Extensions": "b=https://example.com/battery/"}
    put = partner.post("/epcis/queries", json={"name": "beside", "query": asked}, headers=beside)
    assert put.json()["query"] == said["query"]
    elsewhere = {"GS1-Extensions": "b=https://example.com/elsewhere/"}
    for name in ("in_it", "beside"):
        path = f"/epcis/queries/{name}/events"
        assert ids(partner.get(path)) == [event_id(2)]
        assert ids(partner.get(path, headers=elsewhere)) == [event_id(2)]


def test_our_own_prefix_is_known_unless_it_is_said_to_stand_for_another(
    service: Service, partner: httpx.Client
) -> None:
    collector = service.client("terminal", COLLECTOR)
    posted = collector.post("/v1/movements", json=[drop_off(1), drop_off(2)])
    assert posted.is_success
    auditor = service.client("auditor")
    by_type = {"EQ_custody:type": "drop_off", "orderBy": "custody:type"}
    by_type["at_least"] = posted.json()["results"][-1]["position"]
    told = [f"urn:uuid:{drop_off(number)['id']}" for number in (1, 2)]
    assert sorted(ids(auditor.get("/epcis/events", params=by_type))) == sorted(told)
    elsewhere = {"GS1-Extensions": "custody=https://example.com/battery/"}
    assert ids(auditor.get("/epcis/events", params=by_type, headers=elsewhere)) == []


def test_a_query_that_cannot_be_asked_gets_no_name(partner: httpx.Client) -> None:
    unsound: list[Any] = [
        {"EQ_bizstep": ["a"]}, {"EQ_bizStep": {}}, {"GE_eventTime": ["x"]}, [],
        {"@context": [5]}, {"EQ_ex:grade": ["B"]},
    ]  # fmt: skip
    for query in unsound:
        answer = partner.post("/epcis/queries", json={"name": "a", "query": query})
        assert answer.status_code == 400, query
    for odd in ('{"EQ_bizStep": ["a"], "EQ_bizStep": ["b"]}', '{"EQ_stringValue": "\\ud800"}'):
        body = f'{{"name": "a", "query": {odd}}}'
        answer = partner.post("/epcis/queries", content=body, headers=JSON)
        assert answer.status_code == 400, odd
    assert partner.get("/epcis/queries").json() == {"queries": []}
