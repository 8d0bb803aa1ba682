"""How is the story told of which the document's examples are made, and what is answered?

`python -m tests.api.examples` has it told anew by a real service, and writes down what that said.
"""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from ipaddress import ip_network
from typing import Any

import httpx
import orjson
import pytest

from custody.api.document.examples import PLACE
from custody.api.document.words import HEADERS
from custody.api.serving import Serving
from custody.pushing import delivering
from tests.api import described
from tests.api.conftest import Service, served
from tests.api.story import CHAPTERS, Scene, Telling
from tests.api.story.asking import ORGANISATION, POINT, RECYCLER, Asked
from tests.api.story.chance import drawn_alike, in_one_shape
from tests.pushing.receiver import receiving
from tests.waiting import LONG_S

PUSHING = Serving(push_networks=(ip_network("127.0.0.0/8"),))
RECEIVER = "https://receiver.invalid/hook"
LOOK_S = 0.02
TOLD = HEADERS.keys() - {"Custody-Position"}
"""Headers of answers that are shown."""
OF_HTTP = ("Accept", "Range")
"""Headers that are no parameters of ours."""
TEXTS = ("text/", "application/x-ndjson")

Example = dict[str, Any]


def told(database_url: str) -> dict[str, list[Example]]:
    """Have each chapter told by a service that nobody has told anything yet."""
    with drawn_alike(), _looking_often(), served(database_url, PUSHING) as service:
        with receiving() as receiver:
            people, scene = _People(service), Scene(service, receiver)
            chapters = {name: [*people.tell(chapter(scene))] for name, chapter in CHAPTERS.items()}
        shown: dict[str, list[Example]] = in_one_shape(chapters, receiver.url, RECEIVER)
        return shown


class _People:
    """Those who ask in the story, and how far what they were told has come."""

    def __init__(self, service: Service) -> None:
        self._clients = {
            "nobody": service.client(None),
            "admin": service.client("admin"),
            "auditor": service.client("auditor"),
            "integrator": service.client("integrator"),
            "partner": service.client("operator", organisation=ORGANISATION),
            **{site: service.client("terminal", site) for site in (POINT, RECYCLER)},
        }
        self._position = 0

    def tell(self, chapter: Telling) -> Iterator[Example]:
        """Ask what a chapter asks, and yield what is shown of it."""
        asked = next(chapter)
        while True:
            answer = self._answer(asked)
            if asked.shown:
                yield _example(asked, answer)
            try:
                asked = chapter.send(answer)
            except StopIteration:
                return

    def _answer(self, asked: Asked) -> httpx.Response:
        until = time.monotonic() + LONG_S
        while True:
            answer = self._once(asked)
            assert answer.is_success, f"{asked.path}: {answer.text}"
            if asked.until is None or asked.until(answer):
                break
            assert time.monotonic() < until, f"{asked.path} never came to it: {answer.text}"
        self._position = max(self._position, int(answer.headers.get("Custody-Position", 0)))
        return answer

    def _once(self, asked: Asked) -> httpx.Response:
        path, body = asked.path, asked.body
        if asked.operation in _waiting():
            path += f"{'&' if '?' in path else '?'}at_least={self._position}"
        headers = dict(asked.headers)
        if body is not None:
            headers["Content-Type"] = asked.sent
            body = body.encode() if isinstance(body, str) else orjson.dumps(body)
        client = self._clients[asked.by]
        return client.request(asked.method, path, content=body, headers=headers)


def _example(asked: Asked, answer: httpx.Response) -> Example:
    """Write down what was asked and answered."""
    example: Example = {
        "operation": asked.operation,
        "name": asked.name,
        "asked": f"{asked.method} {asked.path}",
    }
    if said := {name: asked.headers[name] for name in asked.headers if name not in OF_HTTP}:
        example["with"] = said
    if not asked.answered:
        return example
    if asked.body is not None:
        example |= {"sent": asked.sent, "body": asked.body}
    example["status"] = answer.status_code
    if headers := {name: answer.headers[name] for name in sorted(TOLD) if name in answer.headers}:
        example["headers"] = headers
    if answer.content:
        type_ = answer.headers["Content-Type"].partition(";")[0]
        is_text = type_.startswith(TEXTS)
        example |= {"type": type_, "answer": answer.text if is_text else answer.json()}
    return example


@cache
def _waiting() -> frozenset[str]:
    """Name the operations that wait, if they are told to, until they know what the asker knows."""
    return frozenset(
        operation["operationId"]
        for path in described.document()["paths"].values()
        for operation in path.values()
        if any(one["name"] == "at_least" for one in operation.get("parameters", ()))
    )


@contextmanager
def _looking_often() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(delivering, "LOOK_S", LOOK_S)
        yield


def main() -> None:
    """Write down what a service says now."""
    with tempfile.TemporaryDirectory() as folder:
        chapters = told(f"sqlite:///{folder}/examples.db")
    for name, examples in chapters.items():
        text = json.dumps(examples, ensure_ascii=False, indent=1)
        PLACE.joinpath(f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
