"""Does a partner's GLN lead to a site of ours, where its own master data say so, and only there?"""

from typing import Any

import httpx
import pytest

from custody.access import Role
from custody.epcis import outward
from custody.exchange.captured import Captor
from custody.ledger import Ledger
from tests.api.conftest import ORGANISATION, OTHER_ORGANISATION, Service
from tests.api.movements import COLLECTOR, ELSEWHERE, battery
from tests.exchange.indexed import Indexed
from tests.exchange.partners import captured, document, event

GLN = "https://id.gs1.org/414/9521234001010"
URN = "urn:epc:id:sgln:9521234.00101"
OURS = Captor("key:k", None, ORGANISATION)
THEIRS = Captor("key:l", None, OTHER_ORGANISATION)
ADMIN: Role = "admin"
CONTEXT: dict[str, Any] = {"@context": outward.CONTEXT.json}


def collected(number: int, place: str = GLN) -> dict[str, Any]:
    here = {"id": place}
    said = {"custody:channel": "walk_in", "epcList": [f"urn:custody:battery:{battery(number)}"]}
    return event(number, disposition="returned", readPoint=here, bizLocation=here, **said)


def placed(site: str, place: str = GLN, attribute: str = "custody:site") -> dict[str, Any]:
    said = {"id": place, "attributes": [{"id": attribute, "attribute": site}]}
    kind = "urn:epcglobal:epcis:vtype:BusinessLocation"
    return {
        "epcisMasterData": {"vocabularyList": [{"type": kind, "vocabularyElementList": [said]}]}
    }


@pytest.fixture
def indexed(ledger: Ledger) -> Indexed:
    return Indexed(ledger)


def sites(indexed: Indexed, *events: Any, captor: Captor = OURS, **said: Any) -> list[str]:
    """Return at which sites some events are movements of ours."""
    indexed.posted.clear()
    indexed.capture(*events, captor=captor, **CONTEXT, **said)
    return [one["site"] for one in indexed.posted]


def test_what_was_said_before_places_an_event(indexed: Indexed) -> None:
    assert sites(indexed, collected(1)) == []
    sites(indexed, epcisHeader=placed(COLLECTOR))
    assert sites(indexed, collected(2)) == [COLLECTOR]
    assert sites(indexed, collected(3, f"{URN}.0")) == [COLLECTOR]
    assert sites(indexed, collected(4, f"{GLN}/254/DOCK1")) == [COLLECTOR]
    assert sites(indexed, collected(5, f"{URN}.DOCK1")) == [COLLECTOR]
    assert sites(indexed, collected(6, "https://id.gs1.org/414/9521234002017")) == []


def test_what_was_said_last_places_it_and_a_dock_may_be_a_site_of_its_own(
    indexed: Indexed,
) -> None:
    sites(indexed, epcisHeader=placed(COLLECTOR))
    sites(indexed, epcisHeader=placed(f"urn:custody:site:{ELSEWHERE}"))
    assert sites(indexed, collected(1)) == [ELSEWHERE]
    sites(indexed, epcisHeader=placed(COLLECTOR, f"{URN}.DOCK1"))
    assert sites(indexed, collected(2, f"{GLN}/254/DOCK1")) == [COLLECTOR]
    sites(indexed, epcisHeader=placed("x", attribute="cbvmda:name"))
    assert sites(indexed, collected(3)) == []


def test_a_header_places_the_events_that_it_comes_with(indexed: Indexed) -> None:
    sites(indexed, epcisHeader=placed(ELSEWHERE))
    assert sites(indexed, collected(1), epcisHeader=placed(COLLECTOR)) == [COLLECTOR]
    assert sites(indexed, collected(2)) == [COLLECTOR]
    unsaid = placed("x", attribute="cbvmda:name")
    assert sites(indexed, collected(3), epcisHeader=unsaid) == []


def test_nobody_places_anothers_events(indexed: Indexed) -> None:
    sites(indexed, captor=THEIRS, epcisHeader=placed(COLLECTOR))
    assert sites(indexed, collected(1)) == []
    assert sites(indexed, collected(2), captor=THEIRS) == [COLLECTOR]
    nobody = Captor("key:m", None, None, ADMIN)
    assert sites(indexed, collected(3), captor=nobody) == []


def test_a_placed_event_is_posted_as_anybodys_is(
    service: Service, partner: httpx.Client, auditor: httpx.Client
) -> None:
    captured(service, partner, {**document(), **CONTEXT, "epcisHeader": placed(COLLECTOR)})
    job = captured(service, partner, {**document(collected(1)), **CONTEXT})
    (told,) = job["movements"]
    assert told["status"] == "recorded", told
    path = f"/v1/batteries/{battery(1)}"
    row = auditor.get(path, params={"at_least": told["position"]}).json()
    assert (row["state"], row["site"]) == ("in_stock", COLLECTOR)
    alone = partner.post("/epcis/events", json={**CONTEXT, **collected(2)})
    assert alone.status_code == 201, alone.text
    assert 'rel="related"' in alone.headers["Link"]
    # Whose site it is not is refused as ever, whatever it says of its places.
    captured(service, partner, {**document(), **CONTEXT, "epcisHeader": placed(ELSEWHERE)})
    (refused,) = captured(service, partner, {**document(collected(3)), **CONTEXT})["movements"]
    assert refused["status"] == "refused"
