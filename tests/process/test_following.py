"""Does our own client, which follows the facts live, miss any when the service is killed?"""

import asyncio
from collections import Counter
from threading import Event, Thread

import pytest

from custody.client import AsyncClient, Chosen, Client, Fact
from tests.asking import NO_TLS
from tests.process.network import POINTS, Network, founded
from tests.process.server import Server
from tests.process.terminals import drop_off
from tests.waiting import LONG_S

ROUND = 40
DROP_OFFS = Chosen(types=["drop_off"])


class Listener:
    """Hears so many facts, and tells when it has heard some of them."""

    def __init__(self, most: int) -> None:
        self.heard: list[Fact] = []
        self.begun = Event()
        self._most = most

    def hears(self, fact: Fact) -> bool:
        """Take a fact in; tell whether it is the last that is waited for."""
        self.heard.append(fact)
        if len(self.heard) == ROUND // 2:
            self.begun.set()
        return len(self.heard) == self._most

    def waiting(self, url: str, key: str) -> None:
        with Client(url, key, verify=NO_TLS, trust_env=False) as client:
            for fact in client.follow(chosen=DROP_OFFS):
                if self.hears(fact):
                    return

    def in_a_loop(self, url: str, key: str) -> None:
        async def listens() -> None:
            async with AsyncClient(url, key, verify=NO_TLS, trust_env=False) as client:
                async for fact in client.follow(chosen=DROP_OFFS):
                    if self.hears(fact):
                        return

        asyncio.run(listens())


def post(server: Server, network: Network, numbers: range) -> None:
    key = network.terminals[POINTS[0]]
    with Client(server.url, key, verify=NO_TLS, trust_env=False) as client:
        outcomes = client.post_many([drop_off(number) for number in numbers])
    assert Counter(one.status for one in outcomes) == {"recorded": ROUND}


@pytest.mark.parametrize("how", ["waiting", "in_a_loop"])
def test_who_follows_misses_nothing_and_hears_nothing_twice(database_url: str, how: str) -> None:
    listener = Listener(2 * ROUND)
    with Server(database_url) as server:
        network = founded(server.start())
        thread = Thread(target=getattr(listener, how), args=[server.url, network.auditor])
        thread.daemon = True
        thread.start()
        post(server, network, range(ROUND))
        assert listener.begun.wait(LONG_S)
        server.kill()
        server.start()
        post(server, network, range(ROUND, 2 * ROUND))
        thread.join(LONG_S)
        assert not thread.is_alive()
    assert [fact.id for fact in listener.heard] == [drop_off(n)["id"] for n in range(2 * ROUND)]
    positions = [fact.position for fact in listener.heard]
    assert positions == sorted(set(positions))
