"""How does a test have an export made, and fetch it?"""

import time
from typing import Any

import httpx

from tests.api.conftest import Service
from tests.asking import client_of
from tests.waiting import LOOK_S

PATH = "/v1/exports"
LONG_S = 60.0
STRANGER = "0" * 32


def asked(client: httpx.Client, **body: Any) -> dict[str, Any]:
    """Ask for an export; return the job as it was taken in."""
    response = client.post(PATH, json=body)
    assert response.status_code == 202, response.text
    told: dict[str, Any] = response.json()
    assert response.headers["Location"] == f"{PATH}/{told['id']}"
    return told


def ended(client: httpx.Client, id_: str) -> dict[str, Any]:
    """Return a job once it is over."""
    until = time.monotonic() + LONG_S
    while True:
        response = client.get(f"{PATH}/{id_}")
        assert response.is_success, response.text
        told: dict[str, Any] = response.json()
        if told["state"] in ("done", "failed"):
            return told
        assert time.monotonic() < until, "it never ends"
        time.sleep(LOOK_S)


def made(client: httpx.Client, **body: Any) -> dict[str, Any]:
    told = ended(client, asked(client, **body)["id"])
    assert told["state"] == "done", told
    assert (told["done"], told["problem"]) == (told["total"], None)
    return told


def fetched(service: Service, told: dict[str, Any], **headers: str) -> httpx.Response:
    """Fetch a file as somebody without a key does."""
    with client_of(service.url, **headers) as nobody:
        return nobody.get(told["file"]["url"])
