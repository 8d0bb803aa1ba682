import httpx

from custody.events.captured import EVENT_ID_MAX
from custody.exchange.asked import PARAMETERS_MAX, VALUES_MAX
from custody.exchange.parameters import COUNT_MAX
from custody.exchange.queries import NAME_MAX, QUERIES_MAX, Named, put
from tests.api.conftest import Service
from tests.exchange.partners import bare, event


def test_a_query_may_be_so_long_and_no_longer(partner: httpx.Client) -> None:
    def asked(**parameters: str) -> int:
        return partner.get("/epcis/events", params=parameters).status_code

    assert asked(EQ_eventID="|".join(["a:b"] * VALUES_MAX)) == 200
    assert asked(EQ_eventID="|".join(["a:b"] * (VALUES_MAX + 1))) == 400
    assert asked(maxEventCount=str(COUNT_MAX)) == 200
    assert asked(maxEventCount=str(COUNT_MAX + 1)) == 400
    many = {f"EQ_source_urn:a:type{number}": "urn:a:b" for number in range(PARAMETERS_MAX + 1)}
    assert asked(**many) == 400
    many.popitem()
    assert asked(**many) == 200


def test_an_id_may_be_so_long_and_no_longer(partner: httpx.Client) -> None:
    longest = "urn:x:" + "a" * (EVENT_ID_MAX - 6)
    answer = partner.post("/epcis/events", json=bare(event(1, eventID=longest)))
    assert answer.status_code == 201, answer.text
    refused = partner.post("/epcis/events", json=bare(event(1, eventID=f"{longest}a")))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/eventID")


def test_an_owner_has_so_many_queries_with_names_so_long(
    service: Service, partner: httpx.Client
) -> None:
    def named(name: str) -> httpx.Response:
        return partner.post("/epcis/queries", json={"name": name, "query": {}})

    assert named("n" * NAME_MAX).status_code == 201
    assert named("n" * (NAME_MAX + 1)).status_code == 400
    owner = f"organisation:{partner.get('/v1/me').json()['organisation']}"
    for number in range(QUERIES_MAX - 1):
        put(service.engine, owner, Named(f"{number}", {}, 0))
    refused = named("one more")
    assert (refused.status_code, refused.json()["code"]) == (409, "epcis_too_many_queries")
