"""Is HEAD answered as GET is, without what GET brings?"""

import httpx
import pytest

from tests.api import exports
from tests.api.conftest import ORGANISATION, Service
from tests.api.engines import on_sqlite
from tests.api.movements import COLLECTOR
from tests.api.test_stream import PATH as STREAM
from tests.api.test_stream import post

pytestmark = on_sqlite

OF_ITS_OWN = {"x-request-id", "date", "transfer-encoding"}
"""What each answer says anew, and how a body of no known length comes."""

ANSWERED = {
    "/healthz": 200,
    "/openapi.json": 200,
    "/docs": 200,
    "/v1/facts": 200,
    "/v1/facts?after=words": 422,
    f"/v1/sites/{COLLECTOR}/inventory": 200,
    f"/v1/sites/{COLLECTOR}/ledger?from=2026-03&to=2026-03&format=csv": 200,
    "/epcis/events": 200,
    "/epcis/events?EQ_bizStep=recieving": 400,
    "/v1/movements": 405,
    "/v1/nothing": 404,
}


def heads(client: httpx.Client, path: str, **headers: str) -> tuple[httpx.Response, httpx.Response]:
    """Ask for what is there and for its head, over one connection; return both answers."""
    with client.stream("GET", path, headers=headers) as got:
        got.read()
    return got, client.head(path, headers=headers)


def said(response: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name not in OF_ITS_OWN}


@pytest.mark.parametrize("path", ANSWERED)
def test_the_head_of_an_answer_is_what_get_says_without_the_rest(
    service: Service, path: str
) -> None:
    auditor = service.client("auditor")
    auditor.get("/v1/sites", params={"at_least": post(service, 1)})
    for _ in range(2):  # and what follows on the connection is not taken for its body
        got, head = heads(auditor, path)
        assert (got.status_code, head.status_code) == (ANSWERED[path],) * 2
        assert (said(got), head.content) == (said(head), b"")
        assert got.content


def test_whoever_may_not_ask_may_not_ask_for_the_head(service: Service) -> None:
    carrier = service.client("carrier", organisation=ORGANISATION)
    for client, status in ((service.client(None), 401), (carrier, 403)):
        for path in (STREAM, "/v1/facts"):
            got, head = heads(client, path)
            assert (got.status_code, head.status_code, head.content) == (status, status, b"")
            assert said(got) == said(head)


def test_the_head_of_a_stream_ends_and_nobody_listens_any_more(service: Service) -> None:
    service.app.state.desk.counted.streams.at_most = 1
    auditor = service.client("auditor")
    post(service, 1)
    for _ in range(3):
        head = auditor.head(STREAM)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"].startswith("text/event-stream")


def test_the_head_of_a_file_says_how_long_it_is_whichever_part_is_asked_for(
    service: Service,
) -> None:
    post(service, 1, 2)
    told = exports.made(service.client("auditor"), format="ndjson")
    path, nobody = told["file"]["url"], service.client(None)
    got, head = heads(nobody, path)
    assert (got.status_code, head.status_code, head.content) == (200, 200, b"")
    assert said(got) == said(head)
    for part in ("bytes=5-24", "bytes=999999999-", "words"):
        again = nobody.head(path, headers={"Range": part})
        assert (again.status_code, said(again)) == (200, said(head))


def test_what_can_be_read_says_so_of_its_head(service: Service) -> None:
    refused = service.client("auditor").delete(f"/v1/sites/{COLLECTOR}")
    assert refused.headers["allow"] == "GET, HEAD, PUT"
    assert "HEAD" in service.client("auditor").options("/epcis/events").headers["allow"]
