"""How much is measured: a run to be quoted, or one that only shows that it works?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """The sizes of one run."""

    rounds: int
    request: int
    """Movements a request of the batch path."""
    requests: int
    """Requests a round of the batch path. Together more movements than the service remembers as
    facts, so that no round profits from what the one before it has read."""
    seconds: float
    """Of a round of single posts."""
    history: int
    """Facts stored when a battery's history is asked for."""
    questions: int
    leaves: int
    """Of the log when a proof is asked for."""
    verified: int
    """Facts of the ledger that is verified."""
    exported: int
    """Facts of the ledger that is exported."""
    witnesses: int
    """Who cosign what is published."""
    listeners: int
    """Who follow the stream of facts."""
    pushed: int
    """Facts that are pushed to a subscription, or relayed."""
    events: int
    """Of EPCIS, captured in a round."""
    indexed: int
    """Of EPCIS, when somebody asks for some."""
    sites: int = 50
    clients: tuple[int, int, int] = (1, 16, 64)
    """Of single posts: one, some and many."""


FULL = Scale(
    rounds=5,
    request=1_000,
    requests=20,
    seconds=3.0,
    history=100_000,
    questions=2_000,
    leaves=1_000_000,
    verified=500_000,
    exported=200_000,
    witnesses=2,
    listeners=100,
    pushed=20_000,
    events=20_000,
    indexed=1_000_000,
)
QUICK = Scale(
    rounds=1,
    request=62,
    requests=3,
    seconds=0.1,
    history=300,
    questions=20,
    leaves=1_000,
    verified=100,
    exported=100,
    witnesses=0,
    listeners=3,
    pushed=300,
    events=200,
    indexed=600,
    sites=4,
    clients=(1, 2, 3),
)
