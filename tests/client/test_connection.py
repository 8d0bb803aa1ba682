"""Is what can never be answered refused at once, and not taken for a line that is down?"""

import asyncio

import httpx
import pytest

from custody.client import AsyncClient, Client

AT = "http://custody.example"


def shown(request: httpx.Request) -> httpx.Response:
    """Answer with the key that was shown."""
    headers = {"Content-Type": "application/json", "Custody-Position": "0"}
    told = {"status": request.headers["authorization"]}
    return httpx.Response(200, headers=headers, json=told)


def test_the_end_of_a_keys_line_is_not_shown() -> None:
    line = httpx.MockTransport(shown)
    with Client(AT, "ck_1_a\n", transport=line) as client:
        assert client.healthz().status == "Bearer ck_1_a"
        assert client.showing(" ck_2_b\r\n").healthz().status == "Bearer ck_2_b"

    async def asked() -> str:
        async with AsyncClient(AT, "ck_1_a\n", transport=line) as client:
            return (await client.showing("ck_2_b\n").healthz()).status

    assert asyncio.run(asked()) == "Bearer ck_2_b"


@pytest.mark.parametrize("key", ["ck_1\nck_2", "钥匙", "ck_\x00"])
def test_a_key_that_no_header_can_hold_is_refused_without_telling_it(key: str) -> None:
    for client in (Client, AsyncClient):
        with pytest.raises(ValueError, match="printable ASCII") as refused:
            client(AT, key)
        assert key not in str(refused.value)


@pytest.mark.parametrize("url", ["", "127.0.0.1:8000", "localhost:8000", "ftp://a.example"])
def test_what_is_no_address_is_refused(url: str) -> None:
    for client in (Client, AsyncClient):
        with pytest.raises(ValueError, match="no address"):
            client(url, "ck_1_a")
