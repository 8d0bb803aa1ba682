"""How does a terminal sign what it asks?"""

import datetime as dt
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ED25519

from custody.terms import Millis

COVERED = ("@method", "@target-uri")


class Message:
    """A request on its way out, as the library signs it."""

    def __init__(self, method: str, url: str, headers: dict[str, str]) -> None:
        self.method = method
        self.url = url
        self.headers = headers


class Signer(HTTPSignatureKeyResolver):
    """A terminal with a key of its own."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.private = Ed25519PrivateKey.generate()

    @property
    def public(self) -> str:
        """The key as it is registered."""
        raw = self.private.public_key().public_bytes_raw()
        return urlsafe_b64encode(raw).decode().rstrip("=")

    def resolve_private_key(self, _key_id: str) -> Any:
        return self.private

    def resolve_public_key(self, _key_id: str) -> Any:
        return self.private.public_key()

    def headers(
        self,
        method: str,
        url: str,
        now: Millis,
        *,
        body: bytes | None = None,
        covered: Sequence[str] = COVERED,
        **said: Any,
    ) -> dict[str, str]:
        """Sign a request; return the headers that show it."""
        message = Message(method, url, dict(said.get("beside", {})))
        HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=self).sign(
            message,
            key_id=said.get("keyid", self.name),
            created=dt.datetime.fromtimestamp(now / 1_000, dt.UTC),
            nonce=said.get("nonce", token_hex(8)),
            covered_component_ids=covered,
            body=body,
        )
        return message.headers
