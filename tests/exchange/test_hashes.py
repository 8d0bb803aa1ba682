"""Does whoever reads an event learn its hash, while the event stays as it was told?"""

import httpx
import orjson

from tests.api.conftest import Service
from tests.api.movements import drop_off
from tests.epcis import examples
from tests.exchange.partners import bare, captured, event, event_id, found, wrong

HASH = "Custody-Event-Hash"
TOLD = event(1)


def test_the_hash_of_a_partner_s_event_stands_beside_it_and_not_in_it(
    service: Service, partner: httpx.Client
) -> None:
    path = examples.folder("battery-mapping")[1]
    said = orjson.loads(path.read_bytes())
    assert captured(service, partner, said)["success"]
    (one,) = said["epcisBody"]["eventList"]
    answer = partner.get(
        f"/epcis/events/{one['eventID']}", headers={"GS1-EPC-Format": "Never_Translates"}
    )
    assert answer.headers[HASH] == path.with_suffix(".hashes").read_text().strip()
    (told,) = found(answer)
    assert {**told, "recordTime": ""} == {**one, "recordTime": ""}


def test_a_single_capture_is_answered_with_the_hash_by_which_it_is_read(
    partner: httpx.Client,
) -> None:
    answer = partner.post("/epcis/events", json=bare(TOLD))
    hash_ = answer.headers[HASH]
    assert hash_.startswith("ni:///sha-256;")
    assert hash_.endswith("?ver=CBV2.0")
    assert partner.get(answer.headers["Location"]).headers[HASH] == hash_


def test_a_declaration_has_the_hash_of_its_event_and_another_content_its_own(
    partner: httpx.Client, stranger: httpx.Client, auditor: httpx.Client
) -> None:
    first = partner.post("/epcis/events", json=bare(TOLD)).headers[HASH]
    assert partner.post("/epcis/events", json=bare(wrong(1))).headers[HASH] == first
    path = f"/epcis/events/{event_id(1)}"
    assert partner.get(path).headers[HASH] == first
    other = stranger.post("/epcis/events", json=bare(event(1, bizStep="storing"))).headers[HASH]
    answer = auditor.get(path, params={"at_least": 1})
    assert len(found(answer)) == 3
    assert answer.headers[HASH] == f"{first}, {other}"


def test_a_movement_of_ours_that_is_told_as_an_event_has_a_hash_too(
    terminal: httpx.Client, partner: httpx.Client
) -> None:
    said = drop_off(1)
    assert terminal.post("/v1/movements", json=said).is_success
    answer = partner.get(f"/epcis/events/urn:uuid:{said['id']}")
    (told,) = found(answer)
    again = {name: value for name, value in told.items() if name not in ("eventID", "recordTime")}
    context = answer.json()["@context"]
    captured_anew = partner.post("/epcis/events", json={"@context": context, **again})
    assert captured_anew.headers[HASH] == answer.headers[HASH]


def test_the_document_of_the_service_says_where_the_hash_stands(service: Service) -> None:
    paths = service.app.openapi()["paths"]
    captured_alone = paths["/epcis/events"]["post"]["responses"]["201"]
    told = paths["/epcis/events/{event}"]["get"]["responses"]["200"]
    assert HASH in captured_alone["headers"]
    assert HASH in told["headers"]
