"""Is a signed request answered once, by whichever service on the database it reaches first?"""

import httpx
import orjson
import pytest

from tests.api.conftest import NOON, ORGANISATION, Service, put, served
from tests.api.movements import COLLECTOR, drop_off
from tests.asking import ask
from tests.identity.signing import Signer
from tests.identity.standby import taking_nothing

TERMINAL = "T-1"
JSON = {"Content-Type": "application/json"}
MOVEMENTS = "http://books.example/v1/movements"
ME = "http://books.example/v1/me"
"""Where it goes to as its sender knows it, before a proxy chose one of those who serve."""


@pytest.fixture
def signer(database_url: str) -> Signer:
    """A terminal that has been registered in the database, by a service that is gone again."""
    signer = Signer(TERMINAL)
    with served(database_url) as service:
        admin = service.client("admin")
        site = {"kind": "collection_point", "name": "运河站", "division": "330106"}
        put(admin, f"/v1/organisations/{ORGANISATION}", name="运河回收")
        put(admin, f"/v1/sites/{COLLECTOR}", organisation=ORGANISATION, **site)
        key = {"site": COLLECTOR, "public_key": signer.public}
        told = put(admin, f"/v1/terminals/{TERMINAL}", **key)
        admin.get("/v1/terminals", params={"at_least": told.json()["position"]})
    return signer


def sent(
    service: Service, method: str, url: str, headers: dict[str, str], body: bytes | None = None
) -> tuple[int, str | None]:
    """Send a request to one of those who serve; return how it was answered."""
    there = httpx.URL(url)
    shown = {"Host": there.host, **(JSON if body else {}), **headers}
    answer = ask(method, service.url + there.path, headers=shown, content=body)
    return answer.status_code, answer.json().get("code")


REFUSED = (401, "unauthenticated")


def test_what_one_service_answered_no_other_does(database_url: str, signer: Signer) -> None:
    with served(database_url) as one, served(database_url) as other:
        for first, second in ((one, other), (other, one)):
            headers = signer.headers("GET", ME, NOON)
            assert sent(first, "GET", ME, headers) == (200, None)
            for service in (second, first):
                assert sent(service, "GET", ME, headers) == REFUSED


def test_a_service_started_again_knows_what_was_sent_before(
    database_url: str, signer: Signer
) -> None:
    body = orjson.dumps(drop_off(1))
    headers = signer.headers("POST", MOVEMENTS, NOON, body=body)
    with served(database_url) as service:
        assert sent(service, "POST", MOVEMENTS, headers, body) == (201, None)
    with served(database_url) as service:
        assert sent(service, "POST", MOVEMENTS, headers, body) == REFUSED
        anew = signer.headers("POST", MOVEMENTS, NOON, body=body)
        assert sent(service, "POST", MOVEMENTS, anew, body) == (200, None), "known by its id"


def test_while_nothing_can_be_written_down_no_signed_request_is_let_in(
    database_url: str, signer: Signer
) -> None:
    with served(database_url) as service:
        auditor = service.client("auditor")
        assert auditor.get("/v1/me").status_code == 200
        headers = signer.headers("GET", ME, NOON)
        with taking_nothing(service.app.state.desk.engine):
            assert sent(service, "GET", ME, headers) == (503, "unavailable")
            assert auditor.get("/v1/me").status_code == 200, "a key can be looked up all the same"
        assert sent(service, "GET", ME, headers) == (200, None)
        assert sent(service, "GET", ME, headers) == REFUSED
