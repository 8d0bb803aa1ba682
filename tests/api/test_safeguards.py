"""What keeps a service safe from those who ask too much, too long, or from elsewhere?"""

from dataclasses import replace
from ipaddress import ip_network

import httpx
import orjson
import pytest

from custody import keys
from custody.api.safeguards import HEADER_BYTES_MAX, TARGET_BYTES_MAX
from custody.api.serving import Serving, counted
from custody.api.slices import NESTING_MAX
from custody.limits import Allowance
from tests.api.conftest import ORGANISATION, Service, served
from tests.api.engines import on_sqlite
from tests.api.movements import COLLECTOR, drop_off, movement_id

pytestmark = on_sqlite
JSON = {"Content-Type": "application/json"}
SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


def code(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json", response.text
    return response.status_code, response.json()["code"]


def test_every_answer_says_how_it_may_not_be_used(service: Service) -> None:
    admin, stranger = service.client("admin"), service.client(None)
    for response in (
        admin.get("/v1/sites"),
        admin.get(f"/v1/sites/{COLLECTOR}/ledger?format=csv"),
        stranger.get("/v1/me"),
        stranger.get("/healthz"),
        admin.get("/nothing"),
        admin.delete("/v1/sites"),
        admin.post("/v1/movements", content=b"{"),
    ):
        assert response.headers.items() >= SAFE.items(), response.url
        assert response.headers["content-security-policy"].startswith("default-src 'none'")
        assert "strict-transport-security" not in response.headers
        assert "access-control-allow-origin" not in response.headers


def test_only_pages_of_origins_that_were_named_may_read(database_url: str) -> None:
    friend, stranger = "https://books.example", "https://elsewhere.example"
    with served(database_url, Serving(cors_origins=(friend,))) as service:
        client = service.client("auditor")
        told = client.get("/v1/me", headers={"Origin": friend}).headers
        assert told["access-control-allow-origin"] == friend
        assert "Custody-Position" in told["access-control-expose-headers"]
        asked = {"Origin": friend, "Access-Control-Request-Method": "POST"}
        asked["Access-Control-Request-Headers"] = "Authorization, Content-Type"
        preflight = service.client(None).options("/v1/movements", headers=asked)
        assert preflight.status_code == 200
        other = client.get("/v1/me", headers={"Origin": stranger}).headers
        assert "access-control-allow-origin" not in other


def test_strict_transport_is_asked_for_where_a_proxy_that_is_believed_says_it(
    database_url: str,
) -> None:
    said = {"X-Forwarded-Proto": "https"}
    trusting = Serving(trusted_proxies=(ip_network("127.0.0.1"),))
    with served(database_url, trusting) as service:
        client = service.client(None)
        assert "strict-transport-security" in client.get("/healthz", headers=said).headers
        assert "strict-transport-security" not in client.get("/healthz").headers
    elsewhere = Serving(trusted_proxies=(ip_network("192.0.2.0/24"),))
    with served(database_url, elsewhere) as service:
        headers = service.client(None).get("/healthz", headers=said).headers
        assert "strict-transport-security" not in headers


def test_headers_and_queries_have_an_end(service: Service) -> None:
    client = service.client("auditor")
    long = {"X-Long": "x" * HEADER_BYTES_MAX}
    assert code(client.get("/v1/me", headers=long)) == (431, "headers_too_large")
    almost = {"X-Long": "x" * (HEADER_BYTES_MAX - 1_000)}
    assert client.get("/v1/me", headers=almost).status_code == 200
    assert code(client.get("/v1/me?q=" + "x" * TARGET_BYTES_MAX)) == (414, "query_too_long")
    assert code(client.get("/" + "x" * TARGET_BYTES_MAX)) == (414, "query_too_long")
    assert code(client.get("/v1/me?q=x")) == (422, "unknown_parameter")


def nested(levels: int) -> bytes:
    """Nest a movement's note: the movement itself is the first level."""
    inner = b"[" * (levels - 1) + b"]" * (levels - 1)
    return orjson.dumps(drop_off(1))[:-1] + b',"note":' + inner + b"}"


def test_json_goes_only_so_deep(terminal: httpx.Client) -> None:
    def post(body: bytes) -> tuple[int, str]:
        return code(terminal.post("/v1/movements", content=body, headers=JSON))

    assert post(nested(NESTING_MAX)) == (422, "invalid_fields")
    assert post(nested(NESTING_MAX + 1)) == (400, "invalid_json")
    assert post(nested(100_000)) == (400, "invalid_json")
    # What stands in a text is none, however it is written.
    told = {**drop_off(1), "note": '[{"\\' * 100}
    assert terminal.post("/v1/movements", json=told).status_code == 201
    assert post(b'{"note":' + b'"\\"' * 50_000)[0] == 400


def test_what_two_readers_could_read_differently_is_refused_everywhere(service: Service) -> None:
    admin, terminal = service.client("admin"), service.client("terminal", COLLECTOR)
    for client, path, twice in (
        (admin, f"/v1/organisations/{ORGANISATION}", b'{"name":"a","name":"b"}'),
        (admin, f"/v1/sites/{COLLECTOR}", b'{"location":{"lon":1,"lat":2,"lon":3}}'),
        (terminal, f"/v1/number-books/{movement_id(1)}", b'{"count":1,"count":2}'),
        (terminal, "/v1/depositors/d:1", b'{"name":"a","name":"b"}'),
    ):
        assert code(client.put(path, content=twice, headers=JSON)) == (400, "name_twice"), path
        deep = b'{"name":' * (NESTING_MAX + 1) + b"1" + b"}" * (NESTING_MAX + 1)
        assert code(client.put(path, content=deep, headers=JSON)) == (400, "invalid_json"), path
    told = terminal.post("/v1/depositors", content=b'{"phone":"1","phone":"2"}', headers=JSON)
    assert code(told) == (400, "name_twice")


def test_who_asks_too_much_comes_again_later_and_others_are_served(service: Service) -> None:
    few = Allowance(0.001, 3)
    desk = service.app.state.desk
    service.app.state.desk = replace(desk, counted=counted(Serving(movements=few, queries=few)))
    terminal = service.client("terminal", COLLECTOR)
    auditor, other = service.client("auditor"), service.client("auditor")
    assert [auditor.get("/v1/me").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = auditor.get("/v1/me")
    assert code(refused) == (429, "rate_limited")
    assert int(refused.headers["retry-after"]) > 900
    assert other.get("/v1/me").status_code == 200
    # Movements count, not requests; and what was asked does not count against what was posted.
    assert terminal.get("/v1/me").status_code == 200
    many = terminal.post("/v1/movements", json=[drop_off(n) for n in range(2)])
    assert many.status_code == 200
    assert code(terminal.post("/v1/movements", json=[drop_off(2), drop_off(3)]))[0] == 429
    assert terminal.post("/v1/movements", json=drop_off(2)).status_code == 201
    assert code(terminal.post("/v1/movements", json=drop_off(2)))[0] == 429
    assert (
        service.client("terminal", COLLECTOR).post("/v1/movements", json=drop_off(2)).status_code
        == 200
    )


IN_CHINESE = {"Accept-Language": "zh"}


@pytest.mark.parametrize("production", [True, False])
def test_keys_for_tests_open_nothing_in_production(database_url: str, production: bool) -> None:
    with served(database_url, Serving(production=production)) as service:
        _, text = keys.create(service.engine, "admin", test=True)
        client = service.client(None, Authorization=f"Bearer {text}")
        answer = client.get("/v1/me")
        assert (answer.status_code == 401) == production
        if production:
            (english,) = answer.json()["errors"]
            (chinese,) = client.get("/v1/me", headers=IN_CHINESE).json()["errors"]
            assert (english["pointer"], english["code"]) == ("/Authorization", "key_for_tests")
            assert "--test" in english["detail"]
            assert "测试密钥" in chinese["detail"]


def test_whoever_opens_the_address_alone_is_led_to_the_documentation(service: Service) -> None:
    stranger = service.client(None)
    led = stranger.get("/")
    assert (led.status_code, led.headers["location"]) == (307, "docs")
    asked = stranger.get(f"/{led.headers['location']}")
    assert "Basic" in ", ".join(asked.headers.get_list("www-authenticate"))
    key = service.client("auditor").headers["authorization"].removeprefix("Bearer ")
    assert stranger.get("/docs", auth=("anyone", key)).status_code == 200
