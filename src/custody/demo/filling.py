"""How do the weeks of a network get into the books? One client posts them, in order, over HTTP."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from custody.client import Client, CustodyError
from custody.client.answers import Receipt
from custody.client.conversation import Ask, Question, as_json
from custody.client.posting import JSON, of_lines
from custody.client.writing import serialised
from custody.demo import network
from custody.demo.sites import Network
from custody.demo.terminal import Posting, serialise
from custody.demo.weeks import Weeks

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
    # The clocks of these devices are told by what they write: they post weeks within seconds.
    with Client(base_url, admin, clock=None, trust_env=False) as client:
        wanted = [book.wanted() for book in weeks.books]
        try:
            _put(client, [*built.registrations(), *weeks.registrations(), *wanted], progress)
            _post(client, key_of, filled, postings, progress)
        except CustodyError as error:
            raise Unfilled(str(error)) from error
    return filled


def _put(
    client: Client,
    wanted: Sequence[tuple[str, dict[str, Any]]],
    progress: Progress,
) -> None:
    for done, (path, body) in enumerate(wanted, 1):
        client.ask(Question(Ask("PUT", path, headers=JSON, body=serialised(body)), as_json))
        progress("registering", done, len(wanted))


def _post(
    client: Client,
    key_of: KeyOf,
    filled: Filled,
    postings: Sequence[Posting],
    progress: Progress,
) -> None:
    for done, posting in enumerate(postings, 1):
        terminal = client.showing(key_of(posting.site))
        for outcome in terminal.ask(of_lines([*map(serialise, posting.movements)])):
            filled.statuses[outcome.status] += 1
            if isinstance(outcome, Receipt):
                filled.remarks.update(remark.code for remark in outcome.remarks)
        filled.position = max(filled.position, terminal.position)
        progress("posting", done, len(postings))
