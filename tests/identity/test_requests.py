"""Is a signed request known for its signer's, and no other for it?"""

from base64 import b64encode, urlsafe_b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from http_message_signatures import HTTPSignatureKeyResolver, InvalidSignature
from http_message_signatures.algorithms import ED25519

from custody.identity import requests
from custody.identity.requests import (
    NONCE_CHARACTERS_MAX,
    REPLAY_S,
    Lines,
    Proved,
    Signed,
    proved,
)
from custody.terms import Millis
from tests.identity.signing import Signer
from tests.log.shared import golden_json

URL = "https://books.example/v1/movements?x=1"
NOW: Millis = 1_772_000_000_000
BODY = b'{"hello": "world"}'


def vector(name: str) -> dict[str, Any]:
    """Read a vector of the shared folder, or skip and say how to provide it."""
    found: dict[str, Any] = golden_json(f"httpsig/{name}")
    return found


def test_what_the_standard_signed_is_verified_and_nothing_else() -> None:
    found = vector("rfc9421_b26.json")
    asked = found["request"]
    lines = [
        *((name.lower(), value) for name, value in asked["headers"]),
        ("signature-input", found["signature_input"]),
        ("signature", found["signature"]),
    ]

    class Keys(HTTPSignatureKeyResolver):
        def resolve_public_key(self, key_id: str) -> Any:
            assert key_id == "test-key-ed25519"
            return load_pem_public_key(found["public_key_pem"].encode())

        def resolve_private_key(self, key_id: str) -> Any:
            raise NotImplementedError

    def verify(method: str = "POST") -> list[Any]:
        url = f"https://example.com{asked['target']}"
        signed = Signed(method, url, Lines(lines), has_query=True, has_body=True)
        verifier = requests._Verifier(signature_algorithm=ED25519, key_resolver=Keys())
        return list(verifier.verify(signed, max_age=None))

    (result,) = verify()
    assert result.parameters["created"] == 1618884473
    with pytest.raises(InvalidSignature):
        verify("PUT")


@pytest.fixture
def signer() -> Signer:
    return Signer("T-1")


def received(
    headers: dict[str, str],
    *,
    method: str = "POST",
    url: str = URL,
    body: bytes | None = BODY,
) -> Signed:
    lines = Lines([(name.lower(), value) for name, value in headers.items()])
    return Signed(method, url, lines, "?" in url, body is not None)


def read(signer: Signer, signed: Signed, now: Millis = NOW) -> Proved | None:
    return proved(signed, {"T-1": signer.public}.get, now)


def test_a_request_is_its_signers(signer: Signer) -> None:
    found = read(signer, received(signer.headers("POST", URL, NOW, body=BODY)))
    assert found is not None
    assert found.keyid == "T-1"
    assert found.checks(BODY)
    assert not found.checks(BODY + b" ")
    assert not found.checks(b"")
    path = ("@method", "@path", "@query")
    assert read(signer, received(signer.headers("POST", URL, NOW, body=BODY, covered=path)))
    asked = received(signer.headers("GET", URL, NOW), method="GET", body=None)
    assert read(signer, asked) is not None


def test_what_was_changed_on_its_way_is_nobodys(signer: Signer) -> None:
    headers = signer.headers("POST", URL, NOW, body=BODY)
    other = Signer("T-1").headers("POST", URL, NOW, body=BODY)
    for signed in (
        received(headers, method="PUT"),
        received(headers, url=URL.replace("x=1", "x=2")),
        received(headers, url=URL.replace("books", "other")),
        received({**headers, "Content-Digest": "sha-256=:AAAA:"}),
        received({**headers, "Signature": other["Signature"]}),
        received({**headers, "Signature": "sig=:x:"}),
        received({**headers, "Signature-Input": "sig"}),
        received({name: value for name, value in headers.items() if name != "Signature-Input"}),
        received(other),
        received(signer.headers("POST", URL, NOW, body=BODY, keyid="T-2")),
    ):
        assert read(signer, signed) is None


@pytest.mark.parametrize(
    "covered",
    [("@target-uri",), ("@method",), ("@method", "@path"), ("@method", "@query")],
)
def test_enough_of_it_has_to_be_signed(signer: Signer, covered: tuple[str, ...]) -> None:
    headers = signer.headers("POST", URL, NOW, body=BODY, covered=covered)
    assert read(signer, received(headers)) is None


def test_a_body_has_to_be_signed_for(signer: Signer) -> None:
    assert read(signer, received(signer.headers("POST", URL, NOW))) is None


@pytest.mark.parametrize("nonce", [None, "", "x" * (NONCE_CHARACTERS_MAX + 1)])
def test_a_number_used_once_has_to_be_there(signer: Signer, nonce: str | None) -> None:
    headers = signer.headers("POST", URL, NOW, body=BODY, nonce=nonce)
    assert read(signer, received(headers)) is None


def test_a_key_under_which_anybody_could_sign_is_nobodys(signer: Signer) -> None:
    headers = signer.headers("GET", URL, NOW)
    nothing = b"\x01" + bytes(31)  # the neutral point: as R, as a key, and 0 as the scalar
    label, _, _ = headers["Signature"].partition("=")
    forged = {**headers, "Signature": f"{label}=:{b64encode(nothing + bytes(32)).decode()}:"}
    weak = urlsafe_b64encode(nothing).decode().rstrip("=")
    asked = received(forged, method="GET", body=None)
    assert proved(asked, {"T-1": weak}.get, NOW) is None


def test_it_was_signed_just_now(signer: Signer) -> None:
    headers = signer.headers("POST", URL, NOW, body=BODY)
    for seconds, good in ((REPLAY_S, True), (REPLAY_S + 1, False)):
        for sign in (1, -1):
            found = read(signer, received(headers), NOW + sign * seconds * 1_000)
            assert (found is not None) == good
