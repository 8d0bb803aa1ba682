import httpx
import pytest

from tests.api.conftest import Service
from tests.exchange.partners import (
    JSON,
    bare,
    captured,
    document,
    done,
    event,
    event_id,
    found,
    ids,
    wrong,
)

UNSOUND = {"type": "ObjectEvent", "eventTime": "22-07-2026"}


def test_a_document_is_taken_on_first_and_found_once_its_capture_is_done(
    service: Service, partner: httpx.Client
) -> None:
    answer = partner.post("/epcis/capture", json=document(event(1), event(2)))
    assert (answer.status_code, answer.content) == (202, b"")
    job = done(service, partner, answer.headers["Location"])
    assert (job["running"], job["success"], job["errors"]) == (False, True, [])
    assert job["captureErrorBehaviour"] == "rollback"
    assert job["createdAt"] <= job["finishedAt"]
    assert ids(partner.get("/epcis/events")) == [event_id(1), event_id(2)]


def test_what_is_rolled_back_is_never_to_be_seen(service: Service, partner: httpx.Client) -> None:
    body = document(event(1), UNSOUND, event(3))
    job = captured(service, partner, body)
    assert not job["success"]
    assert job["errors"][0]["type"] == "epcisException:ValidationException"
    assert job["errors"][0]["errors"][0]["pointer"].startswith("/epcisBody/eventList/1")
    assert found(partner.get("/epcis/events")) == []
    ledger = service.app.state.desk.ledger
    assert not ledger.since(0, 100, types=["epcis"]), "it was never recorded in the first place"


def test_an_id_that_is_another_events_rolls_the_whole_document_back(
    service: Service, partner: httpx.Client
) -> None:
    assert captured(service, partner, document(event(1)))["success"]
    told = document(event(2), event(1, bizStep="storing"), event(3))
    job = captured(service, partner, told)
    assert (job["running"], job["success"], job["movements"]) == (False, False, [])
    (error,) = job["errors"]
    assert error["errors"][0]["pointer"] == "/epcisBody/eventList/1/eventID"
    assert ids(partner.get("/epcis/events")) == [event_id(1)]
    job = captured(service, partner, told, **{"GS1-Capture-Error-Behaviour": "proceed"})
    assert not job["success"]
    assert ids(partner.get("/epcis/events")) == [*map(event_id, (1, 2, 3))]


def test_whoever_proceeds_gets_all_that_is_sound(service: Service, partner: httpx.Client) -> None:
    captured(service, partner, document(event(9)))
    body = document(event(1), UNSOUND, event(9, bizStep="storing"), event(4))
    job = captured(service, partner, body, **{"GS1-Capture-Error-Behaviour": "proceed"})
    assert not job["success"]
    assert [one["status"] for one in job["errors"]] == [400, 409]
    assert ids(partner.get("/epcis/events")) == [event_id(9), event_id(1), event_id(4)]
    assert found(partner.get(f"/epcis/events/{event_id(9)}"))[0]["bizStep"] == "collecting"


def test_a_behaviour_that_is_none_is_refused_by_its_name(partner: httpx.Client) -> None:
    headers = {"GS1-Capture-Error-Behaviour": "all"}
    answer = partner.post("/epcis/capture", json=document(event(1)), headers=headers)
    assert answer.status_code == 400
    assert answer.json()["type"] == "epcisException:ValidationException"
    assert answer.json()["errors"][0]["pointer"] == "/GS1-Capture-Error-Behaviour"


def test_the_same_document_again_adds_nothing(service: Service, partner: httpx.Client) -> None:
    body = document(event(1), event(2), event(1))
    assert captured(service, partner, body)["success"]
    assert captured(service, partner, body)["success"]
    assert ids(partner.get("/epcis/events")) == [event_id(1), event_id(2)]


def test_an_event_without_an_id_gets_one_and_is_found_by_it(
    service: Service, partner: httpx.Client
) -> None:
    nameless = {name: value for name, value in event(1).items() if name != "eventID"}
    captured(service, partner, document(nameless, nameless))
    one, other = found(partner.get("/epcis/events"))
    assert one["eventID"].startswith("urn:uuid:")
    assert one["eventID"] != other["eventID"]
    assert found(partner.get(f"/epcis/events/{one['eventID']}")) == [one]


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"{", "invalid_json"), (b"[]", "epcis_invalid"),
     (b'{"type":"EPCISDocument"}', "epcis_invalid"),
     (b'{"type":"EPCISDocument","epcisBody":{}}', "epcis_invalid"),
     (b'{"type":"a","type":"EPCISDocument"}', "name_twice")],
)  # fmt: skip
def test_what_is_no_document_is_refused_at_once(
    partner: httpx.Client, body: bytes, code: str
) -> None:
    answer = partner.post("/epcis/capture", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_captures_are_listed_to_whoever_made_them_alone(
    service: Service, partner: httpx.Client, stranger: httpx.Client
) -> None:
    for number in range(3):
        service.clock.now += 1
        captured(service, partner, document(event(number)))
    first = partner.get("/epcis/capture", params={"perPage": 2})
    rest = partner.get(first.links["next"]["url"])
    listed = [one["captureID"] for one in [*first.json(), *rest.json()]]
    assert listed == sorted(listed, reverse=True)
    assert len(listed) == 3
    assert stranger.get("/epcis/capture").json() == []
    assert stranger.get(f"/epcis/capture/{listed[0]}").status_code == 404


def test_an_answer_of_another_repository_is_captured_as_well(
    service: Service, partner: httpx.Client, stranger: httpx.Client
) -> None:
    captured(service, partner, document(event(1), wrong(1)))
    exported = partner.get("/epcis/events").json()
    assert captured(service, stranger, exported)["success"]
    assert ids(stranger.get("/epcis/events")) == [event_id(1)] * 2
    assert captured(service, partner, exported)["success"], "its own, in its own words"


def test_a_single_event_is_captured_when_it_is_answered(partner: httpx.Client) -> None:
    answer = partner.post("/epcis/events", json=bare(event(1)))
    assert answer.status_code == 201
    assert found(partner.get(answer.headers["Location"]))[0]["eventID"] == event_id(1)
