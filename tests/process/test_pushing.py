"""Does a receiver miss anything, or hear it out of order, when the service is killed?"""

import os
import signal

import httpx
import pytest
from standardwebhooks import Webhook

from tests.process.network import POINTS, Network, founded
from tests.process.server import Server
from tests.process.terminals import drop_off
from tests.process.test_beside import until
from tests.process.test_workers import processes_of
from tests.pushing.receiver import Got, Receiver, Reply, receiving
from tests.waiting import LONG_S, eventually

BATTERIES = 10


def on_loopback(database_url: str) -> Server:
    """Serve a database, and let receivers be on this machine."""
    return Server(database_url, CUSTODY_PUSH_NETWORKS="127.0.0.0/8")


def post(server: Server, network: Network, numbers: range) -> None:
    headers = {"Authorization": f"Bearer {network.terminals[POINTS[0]]}"}
    said = [drop_off(number) for number in numbers]
    url = f"{server.url}/v1/movements"
    answer = httpx.post(url, json=said, headers=headers, trust_env=False, timeout=LONG_S)
    assert {one["status"] for one in answer.json()["results"]} == {"recorded"}, answer.text


def subscribed(server: Server, network: Network, receiver: Receiver) -> tuple[str, str]:
    headers = {"Authorization": f"Bearer {network.auditor}"}
    wanted = {"url": receiver.url, "types": ["drop_off"]}
    url = f"{server.url}/v1/subscriptions"
    answer = httpx.post(url, json=wanted, headers=headers, trust_env=False, timeout=LONG_S)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return made["id"], made["secret"]


def heard(got: list[Got], secret: str) -> list[str]:
    """Return the ids of what was heard, as a receiver hears it that leaves repeats out."""
    seen, ids = set[str](), list[str]()
    for one in got:
        verified = Webhook(secret).verify(one.body, one.headers)
        assert verified == one.said
        if one.id not in seen:
            seen.add(one.id)
            ids += [fact["id"] for fact in verified["items"]]
    return ids


def test_a_kill_between_delivery_and_cursor_loses_nothing_and_repeats_under_the_same_id(
    database_url: str,
) -> None:
    with receiving() as receiver, on_loopback(database_url) as server:
        network = founded(server.start())
        id_, secret = subscribed(server, network, receiver)
        receiver.always = Reply(breaks="hangs")
        post(server, network, range(BATTERIES))
        first = receiver.next()  # it is there, and the answer is not
        server.kill()
        receiver.always = None
        server.start()
        again = receiver.next()
        assert (again.id, again.body) == (first.id, first.body)
        post(server, network, range(BATTERIES, 2 * BATTERIES))
        wanted = [drop_off(number)["id"] for number in range(2 * BATTERIES)]
        eventually(lambda: len(heard([*receiver.all], secret)) >= len(wanted))
        assert heard(receiver.all, secret) == wanted
        told = server.get(f"/v1/subscriptions/{id_}", network.auditor).json()
        assert (told["state"], told["failures"]) == ("active", 0)
        # What is answered while it is killed is not known to have been: at most that comes twice.
        for round_ in range(2, 4):
            post(server, network, range(round_ * BATTERIES, (round_ + 1) * BATTERIES))
            while not receiver.nothing_more():
                receiver.next()
            server.kill()
            server.start()
        wanted = [drop_off(number)["id"] for number in range(4 * BATTERIES)]
        eventually(lambda: len(heard([*receiver.all], secret)) >= len(wanted))
        assert heard(receiver.all, secret) == wanted


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_process_that_delivers_is_started_again_when_it_has_ended(
    shared: str, how: signal.Signals
) -> None:
    with receiving() as receiver, on_loopback(shared) as server:
        network = founded(server.start())
        _, secret = subscribed(server, network, receiver)
        post(server, network, range(BATTERIES))
        delivering = until(lambda: processes_of(server)[2])
        eventually(lambda: len(heard([*receiver.all], secret)) == BATTERIES)
        os.kill(delivering, how)
        post(server, network, range(BATTERIES, 2 * BATTERIES))
        wanted = [drop_off(number)["id"] for number in range(2 * BATTERIES)]
        eventually(lambda: len(heard([*receiver.all], secret)) >= len(wanted))
        assert heard(receiver.all, secret) == wanted
        eventually(lambda: delivering not in processes_of(server)[:4])
