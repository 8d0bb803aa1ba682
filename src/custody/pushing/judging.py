"""What follows from a receiver's answer? The cursor moves, or waits, or the batch is cut in two.

Nothing overtakes, and nothing is lost: what is unreachable waits until it is disabled, and goes on
at its cursor when it is resumed. Only a fact that is refused by itself, again and again, is put
aside for the others to go on; and if that happens to one after another, it is not about the facts.
"""

from typing import Any, NamedTuple

from custody.pushing.answers import Answered
from custody.pushing.backoff import Patience
from custody.pushing.parcels import FACTS_MAX, Stretch
from custody.pushing.subscription import Subscription
from custody.terms import Millis

_CALM = {"failures": 0, "refusals": 0, "next_at": None}


class Judged(NamedTuple):
    """What changes of the subscription, and whether its fact is dead."""

    values: dict[str, Any]
    dies: bool = False


def judged(
    one: Subscription,
    stretch: Stretch,
    answered: Answered,
    patience: Patience,
    chance: float,
    now: Millis,
) -> Judged:
    """Say what follows."""
    seen = seen_of(answered, now)
    past = {"cursor": stretch.until, "reaching": None}
    match answered.meaning:
        case "taken":
            at_once = min(2 * one.at_once, FACTS_MAX)
            return Judged({**seen, **past, **_CALM, "dead_running": 0, "at_once": at_once})
        case "gone":
            return Judged({**seen, "state": "disabled", "reason": "gone"})
        case "failed":
            return Judged({**seen, **failed(one, answered, patience, chance, now)})
    failures, refusals = one.failures + 1, one.refusals + 1
    if failures >= patience.failures_max:
        return Judged({**seen, "failures": failures, "state": "disabled", "reason": "failing"})
    many = len(stretch.told) > 1
    if refusals < patience.refusals_max and not (many and answered.meaning == "too_much"):
        at = now + patience.pause(refusals, chance, answered.retry_after)
        return Judged({**seen, "failures": failures, "refusals": refusals, "next_at": at})
    if many:
        half = (len(stretch.told) + 1) // 2
        smaller = {"at_once": half, "reaching": None, "refusals": 0, "next_at": None}
        return Judged({**seen, **smaller, "failures": failures})
    if one.dead_running >= patience.dead_running_max:
        return Judged({**seen, "state": "disabled", "reason": "refuses_everything"})
    return Judged({**seen, **past, **_CALM, "dead_running": one.dead_running + 1}, dies=True)


def failed(
    one: Subscription, answered: Answered, patience: Patience, chance: float, now: Millis
) -> dict[str, Any]:
    """Say what follows from a failure that no fact is to blame for."""
    failures = one.failures + 1
    if failures >= patience.failures_max:
        return {"failures": failures, "state": "disabled", "reason": "failing"}
    pause = patience.pause(failures, chance, answered.retry_after)
    return {"failures": failures, "next_at": now + pause}


def seen_of(answered: Answered, now: Millis) -> dict[str, Any]:
    """Return what is kept of the last answer."""
    return {"answered_at": now, "status": answered.status, "answer": answered.said}
