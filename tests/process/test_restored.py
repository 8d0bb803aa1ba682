"""Do partners and receivers go on where they were, with a service that came out of a backup?"""

from pathlib import Path

import httpx
import pytest

from tests.asking import client_of
from tests.exchange.partners import document, event, event_id, found
from tests.process.network import POINTS, Network, founded, key
from tests.process.program import custody_at
from tests.process.server import Server
from tests.process.terminals import drop_off
from tests.process.test_backup import empty_url
from tests.process.test_pushing import heard, on_loopback, post
from tests.pushing.receiver import Receiver, receiving
from tests.waiting import eventually

__all__ = ["empty_url"]

QUERY = {"name": "collected", "query": {"EQ_bizStep": ["collecting"]}}
SUBSCRIPTIONS = "/epcis/queries/collected/subscriptions"


def client(server: Server, key: str) -> httpx.Client:
    return client_of(server.url, Authorization=f"Bearer {key}")


def captured(server: Server, network: Network, number: int) -> str:
    """Capture an event; return where it is told what became of it, once it is done."""
    with client(server, network.terminals[POINTS[0]]) as partner:
        answer = partner.post("/epcis/capture", json=document(event(number)))
        assert answer.status_code == 202, answer.text
        location = answer.headers["Location"]
        eventually(lambda: not partner.get(location).json()["running"])
    return str(location)


def told_events(receiver: Receiver) -> set[str]:
    told = [got.said["epcisBody"]["queryResults"]["resultsBody"] for got in [*receiver.all]]
    return {one["eventID"] for each in told for one in each["eventList"]}


@pytest.mark.parametrize(
    ("database_url", "empty_url"),
    [("sqlite", "postgresql"), ("postgresql", "sqlite")],
    indirect=True,
)
def test_what_was_told_asked_and_pushed_goes_on_out_of_a_backup(
    database_url: str, empty_url: str, tmp_path: Path
) -> None:
    file = str(tmp_path / "books.backup")
    with receiving() as facts, receiving() as events:
        with on_loopback(database_url) as server:
            network = founded(server.start())
            platform = key(database_url, "integrator")
            capture = captured(server, network, 1)
            with client(server, platform) as one:
                assert one.post("/epcis/queries", json=QUERY).status_code == 201
                said = {"dest": events.url, "stream": True}
                assert one.post(SUBSCRIPTIONS, json=said).status_code == 201
                wanted = {"url": facts.url, "types": ["drop_off"]}
                made = one.post("/v1/subscriptions", json=wanted).json()
                export = one.post("/v1/exports", json={"format": "csv"}).json()["id"]
                job = f"/v1/exports/{export}"
                eventually(lambda: one.get(job).json()["state"] == "done")
                file_url = one.get(job).json()["file"]["url"]
                query = one.get("/epcis/queries/collected").json()
            post(server, network, range(2))
            captured(server, network, 2)
            eventually(lambda: event_id(2) in told_events(events) and len(facts.all) > 0)
            custody_at(database_url, "backup", file)
            post(server, network, range(2, 5))  # what the backup does not know, and they do
            eventually(lambda: len(heard([*facts.all], made["secret"])) == 5)
            server.kill()
        custody_at(empty_url, "restore", file)
        before = len(facts.all)
        with on_loopback(empty_url) as server:
            server.start()
            partner = network.terminals[POINTS[0]]
            assert server.get(capture, partner).json()["success"]
            with client(server, partner) as one:
                asked = {"EQ_eventID": event_id(1)}
                assert len(found(one.get("/epcis/events", params=asked))) == 1
            with client(server, platform) as one:
                assert one.get("/epcis/queries/collected").json() == query
                listed = one.get("/v1/subscriptions").json()["items"]
                assert {(each["state"], each["reason"]["code"]) for each in listed} == {
                    ("paused", "restored")
                }
                assert len(listed) == 2
                assert one.get("/v1/exports").json()["items"] == []
                assert one.get(job).status_code == 404
                assert server.get(file_url).json()["code"] == "link_invalid"
                for each in listed:
                    assert one.post(f"/v1/subscriptions/{each['id']}/resume").is_success
            post(server, network, range(10, 13))  # at the positions of what is lost
            captured(server, network, 3)
            wanted_ids = [drop_off(number)["id"] for number in range(10, 13)]
            eventually(
                lambda: heard([*facts.all], made["secret"])[-len(wanted_ids) :] == wanted_ids
            )
            eventually(lambda: event_id(3) in told_events(events))
        named = [got.id for got in facts.all]
        assert not {*named[:before]} & {*named[before:]}, "what is new is no repeat"
