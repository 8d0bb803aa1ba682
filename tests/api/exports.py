"""How does a test have an export made, and fetch it?"""

from typing import Any

import httpx

from tests.api.conftest import Service
from tests.asking import client_of
from tests.waiting import eventually

PATH = "/v1/exports"
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
    told: dict[str, Any] = {}

    def is_over() -> bool:
        response = client.get(f"{PATH}/{id_}")
        assert response.is_success, response.text
        told.update(response.json())
        return told["state"] in ("done", "failed")

    eventually(is_over, lambda: told)
    return told


def made(client: httpx.Client, **body: Any) -> dict[str, Any]:
    told = ended(client, asked(client, **body)["id"])
    assert told["state"] == "done", told
    assert (told["done"], told["problem"]) == (told["total"], None)
    return told


def fetched(service: Service, told: dict[str, Any], **headers: str) -> httpx.Response:
    """Fetch a file as somebody without a key does."""
    with client_of(service.url, **headers) as nobody:
        return nobody.get(told["file"]["url"])
