import httpx
import pytest

from tests.api.conftest import Service
from tests.exchange.partners import (
    bare,
    captured,
    document,
    event,
    event_id,
    found,
    ids,
    wrong,
)

EARLY, LATE = "2026-03-06T12:00:00+08:00", "2026-03-07T12:00:00+08:00"


def test_the_same_event_again_is_answered_as_the_first_time(
    service: Service, partner: httpx.Client
) -> None:
    first = partner.post("/epcis/events", json=bare(event(1)))
    service.clock.now += 1_000
    again = partner.post("/epcis/events", json=bare(event(1)))
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    assert len(found(partner.get("/epcis/events"))) == 1


def test_another_event_of_the_same_id_is_refused_and_the_first_stays(
    partner: httpx.Client,
) -> None:
    partner.post("/epcis/events", json=bare(event(1)))
    refused = partner.post("/epcis/events", json=bare(event(1, bizStep="storing")))
    assert refused.status_code == 409
    assert refused.json()["type"] == "epcisException:ResourceAlreadyExistsException"
    assert refused.json()["code"] == "epcis_event_reused"
    (kept,) = found(partner.get(f"/epcis/events/{event_id(1)}"))
    assert kept["bizStep"] == "collecting"


def test_declarations_of_two_moments_are_two_and_the_same_one_again_is_one(
    partner: httpx.Client,
) -> None:
    for said in (event(1), wrong(1, EARLY), wrong(1, LATE), wrong(1, EARLY)):
        assert partner.post("/epcis/events", json=bare(said)).status_code == 201
    told = found(partner.get(f"/epcis/events/{event_id(1)}"))
    times = [one.get("errorDeclaration", {}).get("declarationTime") for one in told]
    assert times == [None, EARLY, LATE]


def test_a_declaration_of_an_event_that_nobody_knows_is_kept(partner: httpx.Client) -> None:
    assert partner.post("/epcis/events", json=bare(wrong(7))).status_code == 201
    assert len(found(partner.get(f"/epcis/events/{event_id(7)}"))) == 1
    assert partner.post("/epcis/events", json=bare(event(7))).status_code == 201
    assert len(found(partner.get(f"/epcis/events/{event_id(7)}"))) == 2


def test_a_declaration_has_the_hash_of_its_event_and_is_not_taken_for_it(
    service: Service, partner: httpx.Client
) -> None:
    captured(service, partner, document(event(1), wrong(1)))
    told = found(partner.get(f"/epcis/events/{event_id(1)}"))
    assert len(told) == 2


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"EXISTS_errorDeclaration": "true"}, [1]),
        ({"EXISTS_errorDeclaration": "false"}, [1, 2, 1]),
        ({"GE_errorDeclarationTime": EARLY}, [1]),
        ({"LT_errorDeclarationTime": EARLY}, []),
        ({"EQ_errorReason": "did_not_occur"}, [1]),
        ({"EQ_errorReason": "https://ref.gs1.org/cbv/ER-did_not_occur"}, [1]),
        ({"EQ_errorReason": "incorrect_data"}, []),
        ({"EQ_eventID": event_id(1)}, [1, 1]),
        ({"EQ_eventID": f"{event_id(1)}|{event_id(2)}", "EXISTS_errorDeclaration": "true"}, [1]),
    ],
)
def test_declarations_are_asked_for(
    service: Service, partner: httpx.Client, asked: dict[str, str], numbers: list[int]
) -> None:
    captured(service, partner, document(event(1), event(2), wrong(1)))
    assert ids(partner.get("/epcis/events", params=asked)) == [event_id(one) for one in numbers]
