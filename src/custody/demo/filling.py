"""How do the weeks of a network get into the books? One client posts them, in order, over HTTP."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from custody.demo import network
from custody.demo.sites import Network
from custody.demo.terminal import Posting, serialise
from custody.demo.weeks import Weeks

TIMEOUT_S = 60.0

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and how much there is."""

KeyOf = Callable[[str], str]
"""Returns the key with which a site's terminal posts."""


class Unfilled(Exception):
    """The service did not take what a network posts; says what was sent and what came back."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be made: the same plan tells the same facts, to the byte."""

    sites: int
    batteries: int
    seed: int
    until: datetime


@dataclass(slots=True)
class Filled:
    """What came of it: how many movements were recorded, known before or refused; the remarks."""

    network: Network
    notable: dict[str, str]
    """What is worth showing, by what it is."""
    statuses: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)
    position: int = 0


def fill(base_url: str, admin: str, key_of: KeyOf, plan: Plan, progress: Progress) -> Filled:
    """Register the network, give out its books of numbers, then post its weeks. Raises Unfilled."""
    built = network.build(plan.sites, plan.seed)
    weeks = Weeks(built, plan.batteries, plan.seed, plan.until)
    # Made before they are posted: the bar can then tell how many there are.
    postings = list(weeks.postings())
    filled = Filled(built, weeks.notable)
    with httpx.Client(base_url=base_url, timeout=TIMEOUT_S, trust_env=False) as client:
        wanted = [book.wanted() for book in weeks.books]
        _put(client, admin, [*built.registrations(), *weeks.registrations(), *wanted], progress)
        _post(client, key_of, filled, postings, progress)
    return filled


def _put(
    client: httpx.Client,
    admin: str,
    wanted: Sequence[tuple[str, dict[str, Any]]],
    progress: Progress,
) -> None:
    for done, (path, body) in enumerate(wanted, 1):
        answer = client.put(path, json=body, headers={"Authorization": f"Bearer {admin}"})
        if answer.status_code not in (200, 201):
            raise Unfilled(f"PUT {path}: {answer.status_code} {answer.text}")
        progress("registering", done, len(wanted))


def _post(
    client: httpx.Client,
    key_of: KeyOf,
    filled: Filled,
    postings: Sequence[Posting],
    progress: Progress,
) -> None:
    for done, posting in enumerate(postings, 1):
        body = b"\n".join(map(serialise, posting.movements))
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
