"""Is a capture done once, and told to whoever subscribed, whenever the service is killed?"""

import httpx

from tests.asking import client_of
from tests.exchange.partners import document, event, event_id, found, ids
from tests.process.network import POINTS, Network, founded
from tests.process.server import Server
from tests.process.test_pushing import on_loopback
from tests.pushing.receiver import Got, Reply, receiving
from tests.waiting import eventually

CAPTURES = 12
EVENTS = 50
KILLED_AFTER = (2, 5, 9)


def partner(server: Server, network: Network) -> httpx.Client:
    key = network.terminals[POINTS[0]]
    return client_of(server.url, Authorization=f"Bearer {key}")


def test_captures_that_were_taken_on_are_done_once_whenever_the_service_is_killed(
    database_url: str,
) -> None:
    with Server(database_url) as server:
        network = founded(server.start())
        taken: list[str] = []
        for number in range(CAPTURES):
            taken.append(_taken_on(server, network, number))
            if number in KILLED_AFTER:
                server.kill()  # at once: most of what was taken on is not done
                server.start()
        with partner(server, network) as client:
            for location in taken:
                assert _done(client, location)["success"]
            assert _everything(client) == sorted(
                event_id(number * EVENTS + one)
                for number in range(CAPTURES)
                for one in range(EVENTS)
            )
            rolled_back = _taken_on(server, network, 99, {"type": "ObjectEvent"})
        server.kill()
        server.start()
        with partner(server, network) as client:
            assert not _done(client, rolled_back)["success"]
            asked = {"EQ_eventID": event_id(99 * EVENTS)}
            assert found(client.get("/epcis/events", params=asked)) == []


def test_a_subscriber_is_told_each_event_in_order_whenever_the_service_is_killed(
    database_url: str,
) -> None:
    with receiving() as receiver, on_loopback(database_url) as server:
        network = founded(server.start())
        with client_of(server.url, Authorization=f"Bearer {network.auditor}") as client:
            query = {"name": "collected", "query": {"EQ_bizStep": ["collecting"]}}
            assert client.post("/epcis/queries", json=query).status_code == 201
            wanted = {"dest": receiver.url, "stream": True}
            path = "/epcis/queries/collected/subscriptions"
            assert client.post(path, json=wanted).status_code == 201
        receiver.always = Reply(breaks="hangs")
        _taken_on(server, network, 0)
        first = receiver.next()  # it is there, and the answer is not
        server.kill()
        receiver.always = None
        server.start()
        again = receiver.next()
        assert (again.id, again.body) == (first.id, first.body)
        _taken_on(server, network, 1)
        server.kill()
        server.start()
        everything = [event_id(one) for one in range(2 * EVENTS)]
        eventually(lambda: len(_heard([*receiver.all])) >= len(everything))
        assert _heard(receiver.all) == everything


def _heard(got: list[Got]) -> list[str]:
    """Return the events that were heard by a receiver that leaves repeats out."""
    once = {one.id: one for one in got}
    lists = (one.said["epcisBody"]["queryResults"]["resultsBody"] for one in once.values())
    return [event["eventID"] for told in lists for event in told["eventList"]]


def _taken_on(server: Server, network: Network, number: int, *more: object) -> str:
    """Have a document of events taken on, and return where to ask what became of it."""
    events = [event(number * EVENTS + one) for one in range(EVENTS)]
    with partner(server, network) as client:
        answer = client.post("/epcis/capture", json=document(*events, *more))
    assert answer.status_code == 202, answer.text
    return answer.headers["Location"]


def _done(client: httpx.Client, location: str) -> dict[str, object]:
    told: dict[str, object] = {}

    def is_done() -> bool:
        told.update(client.get(location).json())
        return not told["running"]

    eventually(is_done, lambda: told)
    return told


def _everything(client: httpx.Client) -> list[str]:
    answer = client.get("/epcis/events", params={"perPage": 1_000})
    told = ids(answer)
    while "next" in answer.links:
        answer = client.get(answer.links["next"]["url"])
        told += ids(answer)
    return sorted(told)
