"""How does somebody follow the facts, and see how far the service is?"""

import re

import httpx

from tests.api.story.asking import PACK, Scene, Telling, get


def chapter(_: Scene) -> Telling:
    """Ask for the feed, hear its stream, and look at the figures."""
    chosen = f"battery={PACK}&types=drop_off,void"
    yield get("list_facts", f"/v1/facts?{chosen}")
    ready = yield get("readyz", "/readyz", by="nobody", until=_has_caught_up)
    yield get("stream_facts", f"/v1/facts/stream?{chosen}&until={ready.json()['position']}")
    yield get("read_metrics", "/metrics", until=_counts_alike)


def _has_caught_up(answer: httpx.Response) -> bool:
    told = answer.json()
    return bool(told["position"] == told["projected"])


def _counts_alike(answer: httpx.Response) -> bool:
    counted: dict[str, str] = dict(re.findall(r"^(\w+) (\d+)$", answer.text, re.MULTILINE))
    recorded, projected = counted["custody_position"], counted["custody_projected_position"]
    return recorded == projected and counted["custody_movements_waiting"] == "0"
