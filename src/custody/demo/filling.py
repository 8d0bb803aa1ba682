"""How do the weeks of a network get into the books? One client posts them, in order, over HTTP."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from custody.demo import network, weeks
from custody.demo.sites import Network

TIMEOUT_S = 60.0

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and how much there is."""

KeyOf = Callable[[str], str]
"""Returns the key with which a site's terminal posts."""


class Unfilled(Exception):
    """The service did not take what a network posts; says what was sent and what came back."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be made: the same plan makes the same ledger, to the byte."""

    sites: int
    batteries: int
    seed: int
    until: datetime


@dataclass(slots=True)
class Filled:
    """What came of it: how many movements were recorded, known before or refused; the remarks."""

    network: Network
    statuses: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    position: int = 0


def fill(base_url: str, admin: str, key_of: KeyOf, plan: Plan, progress: Progress) -> Filled:
    """Register the network, then post its weeks. Raises Unfilled."""
    filled = Filled(network.build(plan.sites, plan.seed))
    with httpx.Client(base_url=base_url, timeout=TIMEOUT_S, trust_env=False) as client:
        _register(client, admin, filled, progress)
        _post(client, key_of, filled, plan, progress)
    return filled


def _register(client: httpx.Client, admin: str, filled: Filled, progress: Progress) -> None:
    registrations = list(filled.network.registrations())
    for done, (path, body) in enumerate(registrations, 1):
        answer = client.put(path, json=body, headers={"Authorization": f"Bearer {admin}"})
        if answer.status_code not in (200, 201):
            raise Unfilled(f"PUT {path}: {answer.status_code} {answer.text}")
        progress("registering", done, len(registrations))


def _post(
    client: httpx.Client, key_of: KeyOf, filled: Filled, plan: Plan, progress: Progress
) -> None:
    # Made before they are posted: the bar can then tell how many there are.
    postings = list(weeks.weeks(filled.network, plan.batteries, plan.seed, plan.until))
    for done, posting in enumerate(postings, 1):
        body = b"\n".join(map(weeks.serialise, posting.movements))
        headers = {
            "Authorization": f"Bearer {key_of(posting.site)}",
            "Content-Type": "application/x-ndjson",
        }
        answer = client.post("/v1/movements", content=body, headers=headers)
        if answer.status_code != 200:
            raise Unfilled(f"POST /v1/movements: {answer.status_code} {answer.text}")
        told = answer.json()
        filled.position = max(filled.position, told["position"])
        for result in told["results"]:
            filled.statuses[result["status"]] += 1
            filled.remarks.update(one["code"] for one in result.get("remarks", ()))
        progress("posting", done, len(postings))
