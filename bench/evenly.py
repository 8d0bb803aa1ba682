"""How are movements posted at a steady rate, whatever their answers take?"""

import time
from collections.abc import Sequence
from typing import Final

import httpx

from bench.day import Sent
from bench.served import Server

BATCHES_A_SECOND: Final = 20


def post(client: httpx.Client, server: Server, sent: Sequence[Sent], a_second: int) -> None:
    """Post so many movements a second, a few at a time; whoever is late does not wait."""
    size = a_second // BATCHES_A_SECOND
    due = time.perf_counter()
    for one in sent:
        for at in range(0, len(one.movements), size):
            time.sleep(max(0.0, due - time.perf_counter()))
            due += 1 / BATCHES_A_SECOND
            content = Sent(one.site, one.movements[at : at + size]).body
            headers = {
                "Authorization": f"Bearer {server.keys[one.site]}",
                "Content-Type": "application/json",
            }
            answer = client.post("/v1/movements", content=content, headers=headers)
            statuses = {result["status"] for result in answer.json()["results"]}
            assert statuses == {"recorded"}, answer.text
