"""How is somebody told of facts without asking, and what if they do not take one?"""

from collections.abc import Callable
from datetime import datetime

import httpx

from custody.pushing.backoff import REFUSALS_MAX
from custody.terms import millis
from tests.api.story.asking import Asked, Scene, Telling, get, post
from tests.pushing.receiver import Reply

SUBSCRIPTIONS = "/v1/subscriptions"
BY = "integrator"
NOT_NOW = Reply(422, {"Retry-After": "60"}, b"unknown consignment")
"""Longer than anything that is waited by chance."""


def chapter(scene: Scene) -> Telling:
    """Subscribe, refuse a fact for good, have it told again, and end it."""
    feed = yield get("list_facts", "/v1/facts?types=receive", shown=False)
    (received,) = feed.json()["items"]
    scene.receiver.replies.extend([NOT_NOW] * REFUSALS_MAX)
    wanted = {"url": scene.receiver.url, "types": ["receive"], "after": 0}
    made = yield post("subscribe", SUBSCRIPTIONS, wanted, by=BY)
    one = f"{SUBSCRIPTIONS}/{made.json()['id']}"
    all_told = _all_told(scene)
    yield get("tell_subscription", one, by=BY, name="refused", until=_is_refused)
    yield get("tell_subscription", one, by=BY, until=all_told)
    yield get("list_subscriptions", SUBSCRIPTIONS, by=BY)
    yield get("list_dead_letters", f"{one}/dead-letters", by=BY)
    yield post("pause_subscription", f"{one}/pause", by=BY)
    again = {"after": received["position"] - 1}
    yield post("replay_subscription", f"{one}/replay", again, by=BY, name="past_a_position")
    again = {"dead_letters": True}
    yield post("replay_subscription", f"{one}/replay", again, by=BY, name="dead_letters")
    yield post("resume_subscription", f"{one}/resume", by=BY)
    yield get("tell_subscription", one, by=BY, until=all_told, shown=False)
    yield post("rotate_secret", f"{one}/secret", by=BY)
    yield post("try_subscription", f"{one}/test", by=BY)
    yield Asked(operation="remove_subscription", path=one, method="DELETE", by=BY, name="asked")


def _is_refused(answer: httpx.Response) -> bool:
    return bool(answer.json()["failures"] == 1)


def _all_told(scene: Scene) -> Callable[[httpx.Response], bool]:
    """Tell whether there is nothing left to tell, and let the time pass until it is tried again."""

    def is_told(answer: httpx.Response) -> bool:
        told = answer.json()
        if told["next_attempt_at"] is not None:
            due = millis(datetime.fromisoformat(told["next_attempt_at"]))
            scene.service.clock.now = max(scene.service.clock.now, due)
        return bool(told["lag"] == 0)

    return is_told
