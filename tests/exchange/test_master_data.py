"""Are master data kept that come in a document's header, beside events or alone?"""

import json
from typing import Any

import httpx

from custody.events import MasterDataCaptured, decode
from custody.ledger import Ledger
from tests.api.conftest import Service
from tests.exchange.partners import captured, document, event, event_id, ids

SAID = {
    "vocabularyList": [
        {
            "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
            "vocabularyElementList": [
                {
                    "id": "https://id.gs1.org/414/9521234001010",
                    "attributes": [{"id": "cbvmda:name", "attribute": "文三路回收点"}],
                }
            ],
        }
    ]
}


def headed(*events: Any) -> dict[str, Any]:
    return {**document(*events), "epcisHeader": {"epcisMasterData": SAID}}


def kept(service: Service) -> list[MasterDataCaptured]:
    ledger: Ledger = service.app.state.desk.ledger
    records = ledger.since(0, 1_000, types=["epcis_master_data"])
    facts = [decode(one.type, one.version, one.data) for one in records]
    return [fact for fact in facts if isinstance(fact, MasterDataCaptured)]


def test_a_document_with_events_and_master_data_loses_neither(
    service: Service, partner: httpx.Client
) -> None:
    job = captured(service, partner, headed(event(1)))
    assert job["success"]
    assert ids(partner.get("/epcis/events")) == [event_id(1)]
    (one,) = kept(service)
    assert json.loads(one.said) == SAID
    feed = service.client("integrator").get("/v1/facts", params={"types": "epcis_master_data"})
    (item,) = feed.json()["items"]
    assert json.loads(item["data"]["said"]) == SAID


def test_master_data_may_come_alone(service: Service, partner: httpx.Client) -> None:
    assert captured(service, partner, headed())["success"]
    assert len(kept(service)) == 1


def test_of_a_document_that_was_rolled_back_nothing_is_kept(
    service: Service, partner: httpx.Client
) -> None:
    unsound = {"type": "ObjectEvent", "eventTime": "22-07-2026"}
    assert not captured(service, partner, headed(event(1), unsound))["success"]
    assert kept(service) == []
