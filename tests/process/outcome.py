"""Is everything that was acknowledged in the ledger, once, where it was said to be?"""

import json
from collections.abc import Iterator
from typing import Any

from tests.asking import ask
from tests.process.network import REGISTRATIONS, Network
from tests.process.program import custody_at
from tests.process.server import Server
from tests.process.terminals import Answer, Crowd, Movement

PAGE = 1_000
FIRST_ANSWER = ("id", "position", "recorded_at", "remarks")

Fact = dict[str, Any]


def recorded(server: Server, network: Network) -> list[Fact]:
    """Read the whole feed, as one who follows it from the beginning."""
    return list(_pages(server, network.auditor))


def _pages(server: Server, key: str) -> Iterator[Fact]:
    after: int | None = 0
    while after is not None:
        page = server.get(f"/v1/facts?after={after}&limit={PAGE}", key)
        assert page.status_code == 200, page.text
        yield from page.json()["items"]
        after = page.json().get("next")


def assert_one_order(facts: list[Fact]) -> None:
    """Positions have no gaps, and no movement is there twice."""
    assert [fact["position"] for fact in facts] == list(range(1, len(facts) + 1))
    ids = [fact["id"] for fact in facts if fact["id"]]
    assert len(ids) == len(set(ids))
    assert len(ids) == len(facts) - REGISTRATIONS
    times = [fact["recorded_at"] for fact in facts]
    assert times == sorted(times)


def assert_all_there(crowd: Crowd, facts: list[Fact]) -> None:
    """What was acknowledged is there as it was sent, and nothing is there that nobody sent."""
    by_id = {fact["id"]: fact for fact in facts if fact["id"]}
    for id_, answer in crowd.answered.items():
        assert id_ in by_id, f"acknowledged, and lost: {answer}"
        fact = by_id[id_]
        assert fact["data"] == crowd.sent[id_]
        assert (fact["position"], fact["recorded_at"]) == (
            answer["position"],
            answer["recorded_at"],
        )
    assert by_id.keys() <= crowd.sent.keys()


def assert_known(server: Server, network: Network, crowd: Crowd) -> None:
    """Whatever is sent again is answered as it was the first time, and recorded no more."""
    for key, movements in _by_key(crowd, network).items():
        for i in range(0, len(movements), PAGE):
            sent = movements[i : i + PAGE]
            for movement, answer in zip(sent, _again(server, key, sent), strict=True):
                first = crowd.answered[movement["id"]]
                assert answer["status"] == "duplicate", answer
                assert _told(answer) == _told(first)


def _by_key(crowd: Crowd, network: Network) -> dict[str, list[Movement]]:
    found: dict[str, list[Movement]] = {}
    for id_ in crowd.answered:
        movement = crowd.sent[id_]
        found.setdefault(network.terminals[movement["site"]], []).append(movement)
    return found


def _again(server: Server, key: str, movements: list[Movement]) -> list[Answer]:
    answer = ask(
        "POST",
        f"{server.url}/v1/movements",
        json=movements,
        headers={"Authorization": f"Bearer {key}"},
    )
    assert answer.status_code == 200, answer.text
    return list(answer.json()["results"])


def _told(answer: Answer) -> Answer:
    return {name: answer[name] for name in FIRST_ANSWER}


def assert_projected(server: Server, network: Network) -> None:
    """The projections reach the end of the ledger, and are what the ledger says."""
    position = server.get("/readyz").json()["position"]
    answer = server.get(f"/v1/sites?at_least={position}", network.auditor)
    assert answer.status_code == 200, answer.text
    compared = json.loads(custody_at(server.database_url, "rebuild", "--verify", "--json"))
    assert compared
    assert all(one["equal"] for one in compared), compared
