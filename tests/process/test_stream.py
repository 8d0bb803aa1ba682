"""Does whoever follows the feed live lose anything when the service stops, or is killed?"""

import signal
from collections.abc import Iterator
from itertools import islice

import httpx
import pytest
from httpx_sse import ServerSentEvent, connect_sse

from tests.process.network import POINTS, Network, founded
from tests.process.server import Server
from tests.process.terminals import drop_off
from tests.waiting import LONG_S

BATTERIES = 30


def post(server: Server, network: Network, numbers: range) -> None:
    headers = {"Authorization": f"Bearer {network.terminals[POINTS[0]]}"}
    said = [drop_off(number) for number in numbers]
    url = f"{server.url}/v1/movements"
    answer = httpx.post(url, json=said, headers=headers, trust_env=False, timeout=LONG_S)
    assert {one["status"] for one in answer.json()["results"]} == {"recorded"}, answer.text


class Follower:
    """Reads the stream, and remembers the last position it has seen and no more."""

    def __init__(self, server: Server, key: str) -> None:
        self._server = server
        self._headers = {"Authorization": f"Bearer {key}"}
        self.last = "0"
        self.heard: list[str] = []

    def follow(self) -> Iterator[ServerSentEvent]:
        """Read events until the stream ends, however it does."""
        headers = {**self._headers, "Last-Event-ID": self.last}
        params = {"types": "drop_off"}
        with (
            httpx.Client(base_url=self._server.url, trust_env=False, timeout=LONG_S) as client,
            connect_sse(
                client, "GET", "/v1/facts/stream", params=params, headers=headers
            ) as source,
        ):
            for event in source.iter_sse():
                if event.id:
                    self.last = event.id
                if event.event == "drop_off":
                    self.heard.append(event.json()["id"])
                    yield event


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_one_who_comes_back_after_a_restart_has_lost_nothing_and_hears_nothing_twice(
    database_url: str, how: signal.Signals
) -> None:
    with Server(database_url) as server:
        network = founded(server.start())
        follower = Follower(server, network.auditor)
        events = follower.follow()
        post(server, network, range(BATTERIES))
        heard = [next(events) for _ in range(10)]
        if how == signal.SIGTERM:
            # It does not wait for a stream that never ends until its patience is over.
            assert server.stop() in (0, -signal.SIGTERM), server.log()
            assert "Cancel" not in server.log(), server.log()
            heard += list(events)
        else:
            server.kill()
            with pytest.raises(httpx.TransportError):
                heard += list(events)
        server.start()
        post(server, network, range(BATTERIES, 2 * BATTERIES))
        left = 2 * BATTERIES - len(follower.heard)
        assert len([*islice(follower.follow(), left)]) == left
    assert follower.heard == [drop_off(number)["id"] for number in range(2 * BATTERIES)]
