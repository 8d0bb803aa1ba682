"""How does the network use its service, and how does an auditor ask it for evidence?"""

import time
from collections.abc import Iterable, Mapping
from typing import Any

import httpx
import orjson

from custody.codes import base64url
from custody.demo.terminal import Movement
from custody.tampering.programs import LOOK_S, READY_S
from custody.tampering.story import Device, registrations
from custody.terms import Position


class Unanswered(Exception):
    """The service did not do what it was asked; says what, and what came back."""


class Service:
    """The service, by the keys of those who use it."""

    def __init__(self, client: httpx.Client, admin: str, auditor: str) -> None:
        self._client = client
        self._admin = admin
        self._auditor = auditor

    def register(self, devices: list[Device]) -> None:
        """Register the organisation, its sites and their devices."""
        for path, body in registrations(devices):
            _done(self._client.put(path, json=body, headers=_by(self._admin)))

    def post(self, movements: Iterable[Movement], keys: Mapping[str, str]) -> Position:
        """Post movements one by one, each with the key of its site; return the last's position."""
        position = 0
        for movement in movements:
            answer = self._client.post(
                "/v1/movements", json=movement, headers=_by(keys[movement["site"]])
            )
            position = int(_done(answer).json()["position"])
        return position

    def checkpoint(self, position: Position) -> str:
        """Return the first checkpoint that is seen to cover a position."""
        for text in _asked_until(lambda: self._client.get("/log/checkpoint")):
            if int(text.split("\n")[1]) >= position:
                return text
        raise Unanswered(f"no checkpoint covers {position} after {READY_S} s")

    def evidence(self, battery: str, position: Position) -> dict[str, Any]:
        """Return a battery's evidence, once a taking of heads in it reaches a position."""
        path = f"/v1/batteries/{battery}/evidence"
        for text in _asked_until(lambda: self._client.get(path, headers=_by(self._auditor))):
            bundle: dict[str, Any] = orjson.loads(text)
            heads = bundle["heads"]
            if heads and _body(heads)["through"] >= position:
                return bundle
        raise Unanswered(f"no heads reach {position} after {READY_S} s")


def _asked_until(ask: Any) -> Iterable[str]:
    """Ask again and again, for a while; yield what is answered."""
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        answer = ask()
        if answer.status_code == httpx.codes.OK:
            yield answer.text
        elif answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            _done(answer)
        time.sleep(LOOK_S)


def _body(fact: Mapping[str, Any]) -> Any:
    return orjson.loads(base64url.decode(fact["body"]))


def _by(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _done(answer: httpx.Response) -> httpx.Response:
    if not answer.is_success:
        asked = answer.request
        raise Unanswered(f"{asked.method} {asked.url.path}: {answer.status_code} {answer.text}")
    return answer
