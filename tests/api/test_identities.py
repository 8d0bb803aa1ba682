"""Who is let in by a token, by a signed request, or by a proxy's word?"""

import datetime as dt
import gzip
from base64 import b64encode
from ipaddress import ip_network
from typing import Any

import httpx
import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from custody.api.serving import Serving
from custody.identity.issuer import Issuer
from tests.api.conftest import NOON, ORGANISATION, Service, served
from tests.api.engines import on_sqlite
from tests.api.movements import COLLECTOR, ELSEWHERE, drop_off
from tests.asking import ask
from tests.identity.provider import AUDIENCE, NAME, providing
from tests.identity.signing import Signer

pytestmark = on_sqlite
JSON = {"Content-Type": "application/json"}
TERMINAL = "T-1"


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def register(service: Service, public_key: str | None = None, **said: Any) -> None:
    admin = service.client("admin")
    organisation = {"name": "运河回收"}
    site = {"kind": "collection_point", "name": "运河站", "division": "330106"}
    # As they may have been registered already; whether they have, a list may not know yet.
    known = admin.put(f"/v1/organisations/{ORGANISATION}", json=organisation)
    assert known.is_success, known.text
    known = admin.put(f"/v1/sites/{COLLECTOR}", json={**site, "organisation": ORGANISATION})
    assert known.is_success, known.text
    body = {"site": COLLECTOR, "public_key": public_key, **said}
    body = {name: value for name, value in body.items() if value is not None}
    told = admin.put(f"/v1/terminals/{TERMINAL}", json=body)
    assert told.is_success, told.text
    admin.get("/v1/terminals", params={"at_least": told.json()["position"]})


def test_a_person_comes_with_a_token(database_url: str) -> None:
    with providing() as provider:
        issuer = Issuer(NAME, AUDIENCE, provider.url)
        with served(database_url, Serving(issuer=issuer)) as service:
            register(service)

            def get(path: str, **claims: Any) -> httpx.Response:
                headers = {"Authorization": f"Bearer {provider.token(**claims)}"}
                return service.client(None, **headers).get(path)

            told = get("/v1/me", custody_division="330000", name="周敏").json()
            assert (told["key"], told["role"], told["division"]) == (
                "token:u-17", "auditor", "330000",
            )  # fmt: skip
            assert (told["name"], told["created_at"]) == ("周敏", None)
            assert told["authenticated_by"] == "token"
            inventory = f"/v1/sites/{COLLECTOR}/inventory"
            assert get(inventory, custody_division="330000").status_code == 200
            assert refusal(get(inventory, custody_division="440000")) == (403, "out_of_scope")
            assert refusal(get("/v1/me", aud="another")) == (401, "unauthenticated")
            assert service.client("auditor").get("/v1/me").status_code == 200


def test_without_a_provider_no_token_is_anything(bare: Service) -> None:
    with providing() as provider:
        headers = {"Authorization": f"Bearer {provider.token()}"}
        assert refusal(bare.client(None, **headers).get("/v1/me")) == (401, "unauthenticated")


@pytest.fixture
def signer(service: Service) -> Signer:
    signer = Signer(TERMINAL)
    register(service, signer.public)
    return signer


def send(
    service: Service, signer: Signer, method: str, path: str, body: bytes | None = None, **said: Any
) -> httpx.Response:
    url = service.url + path
    headers = signer.headers(method, url, service.clock.now, body=body, **said)
    shown = {**(JSON if body is not None else {}), **headers}
    return ask(method, url, headers=shown, content=body)


def test_a_terminal_signs_what_it_asks_and_posts(service: Service, signer: Signer) -> None:
    told = send(service, signer, "GET", "/v1/me").json()
    assert told["key"] == f"signature:{TERMINAL}"
    assert (told["role"], told["site"], told["terminal"]) == ("terminal", COLLECTOR, TERMINAL)
    assert told["authenticated_by"] == "signature"
    posted = send(service, signer, "POST", "/v1/movements", orjson.dumps(drop_off(1)))
    assert posted.status_code == 201, posted.text
    elsewhere = orjson.dumps({**drop_off(2), "site": ELSEWHERE})
    refused = send(service, signer, "POST", "/v1/movements", elsewhere)
    assert refusal(refused) == (403, "not_your_site")


@pytest.mark.parametrize("sent", ["GET", "HEAD"])
def test_what_is_signed_is_what_is_sent_also_for_a_head(
    service: Service, signer: Signer, sent: str
) -> None:
    covered, part = ("@method", "@target-uri", "range"), {"Range": "bytes=0-9"}
    url = service.url + "/v1/me"
    for signed in ("GET", "HEAD"):
        headers = signer.headers(signed, url, service.clock.now, covered=covered, beside=part)
        assert ask(sent, url, headers=headers).status_code == (200 if signed == sent else 401)


@pytest.mark.parametrize("path", ["/v1/orders/a%2Eb", "/v1/orders/a?at_least=%30"])
def test_an_address_is_signed_as_it_was_sent(service: Service, signer: Signer, path: str) -> None:
    assert refusal(send(service, signer, "GET", path)) == (404, "not_found")


def test_the_body_is_the_one_that_was_signed_for_as_it_was_sent(
    service: Service, signer: Signer
) -> None:
    url = f"{service.url}/v1/movements"
    body, other = orjson.dumps(drop_off(1)), orjson.dumps(drop_off(2))
    headers = {**JSON, **signer.headers("POST", url, NOON, body=body)}
    swapped = ask("POST", url, headers=headers, content=other)
    assert refusal(swapped) == (401, "unauthenticated")
    packed = gzip.compress(body)
    headers = {**JSON, **signer.headers("POST", url, NOON, body=packed), "Content-Encoding": "gzip"}
    assert ask("POST", url, headers=headers, content=packed).status_code == 201


def test_what_was_overheard_opens_nothing(service: Service, signer: Signer) -> None:
    url = f"{service.url}/v1/me"
    headers = signer.headers("GET", url, NOON)
    answers = [ask("GET", url, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 401]
    service.clock.now += 301_000
    late = signer.headers("GET", url, NOON)
    assert ask("GET", url, headers=late).status_code == 401


def test_a_terminal_that_is_not_active_or_has_no_key_is_nobody(
    service: Service, signer: Signer
) -> None:
    assert send(service, signer, "GET", "/v1/me").status_code == 200
    register(service, signer.public, active_to="2026-02-28T00:00:00+08:00")
    assert send(service, signer, "GET", "/v1/me").status_code == 401
    register(service)
    assert send(service, signer, "GET", "/v1/me").status_code == 401
    register(service, signer.public)
    assert send(service, signer, "GET", "/v1/me").status_code == 200
    assert send(service, signer, "GET", "/v1/me", keyid="T-9").status_code == 401


def certificate(name: str = TERMINAL) -> str:
    """Make a certificate as a proxy passes it on."""
    key = Ed25519PrivateKey.generate()
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
        .sign(key, None)
    )
    return f":{b64encode(made.public_bytes(Encoding.DER)).decode()}:"


def test_a_proxy_that_is_trusted_says_which_terminal_it_let_in(database_url: str) -> None:
    trusting = Serving(trusted_proxies=(ip_network("127.0.0.0/8"),))
    with served(database_url, trusting) as service:
        register(service)

        def get(shown: str) -> httpx.Response:
            return service.client(None, **{"Client-Cert": shown}).get("/v1/me")

        told = get(certificate()).json()
        assert (told["key"], told["site"]) == (f"proxy:{TERMINAL}", COLLECTOR)
        assert told["authenticated_by"] == "proxy"
        for shown in (certificate("T-9"), certificate("T\0"), ":AAAA:", "", "T-1", ":x:"):
            assert refusal(get(shown)) == (401, "unauthenticated"), shown


def test_from_anywhere_else_its_word_is_refused(service: Service) -> None:
    register(service)
    client = service.client(None, **{"Client-Cert": certificate()})
    assert refusal(client.get("/v1/me")) == (403, "proxy_not_trusted")


def test_nobody_is_two_at_once(service: Service, signer: Signer) -> None:
    url = f"{service.url}/v1/me"
    key = {"Authorization": service.client("auditor").headers["Authorization"]}
    both = {**key, **signer.headers("GET", url, NOON)}
    for headers in (
        list(both.items()),
        [*key.items(), ("Client-Cert", certificate())],
        [*key.items(), *key.items()],
        [*key.items(), ("authorization", "Basic x")],
    ):
        answer = ask("GET", url, headers=headers)
        assert refusal(answer) == (400, "two_identities")
    assert ask("GET", url, headers=key).status_code == 200
