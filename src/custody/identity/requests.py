"""Was a request signed by the machine it names, and just now? RFC 9421, Ed25519.

What must be signed: the method, where it goes to, the digest of its body, when it was signed, with
which key, and a number that is used once: `nonces` sees to that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    VerifyResult,
)
from http_message_signatures.algorithms import ED25519
from http_message_signatures.digests import ContentDigest
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from custody import signing
from custody.terms import Millis

REPLAY_S: Final = 300
"""How far from our clock a request may have been signed."""
NONCE_CHARACTERS_MAX: Final = 100

PublicKey = str
"""An Ed25519 key as it is registered: 32 bytes in base64url without padding."""


class Lines(NamedTuple):
    """Header lines as the library reads them."""

    lines: list[tuple[str, str]]

    def items(self) -> list[tuple[str, str]]:
        """Return each line, in order."""
        return self.lines


@dataclass(frozen=True, slots=True)
class Signed:
    """A request, as far as it is signed."""

    method: str
    url: str
    """Absolute, as its sender knew it."""
    headers: Lines
    has_query: bool
    has_body: bool


@dataclass(frozen=True, slots=True)
class Proved:
    """Whose key a request was signed with, and whether a body is the one that was signed for."""

    keyid: str
    nonce: str
    checks: Callable[[bytes], bool]


def proved(signed: Signed, key_of: Callable[[str], PublicKey | None], now: Millis) -> Proved | None:
    """Return whose a request is; None if it was not signed as it must be."""
    verifier = _Verifier(signature_algorithm=ED25519, key_resolver=_Keys(key_of))
    try:
        (result,) = verifier.verify(signed, max_age=None)
    except (InvalidSignature, HTTPMessageSignaturesException, ValueError):
        return None
    keyid, nonce = result.parameters.get("keyid"), result.parameters.get("nonce")
    if not (_covers_enough(result, signed) and _is_recent(result, now)):
        return None
    if not isinstance(keyid, str) or not isinstance(nonce, str):
        return None
    if not 1 <= len(nonce) <= NONCE_CHARACTERS_MAX:
        return None
    return Proved(keyid, nonce, lambda body: _is_the_body(result, body))


class _Verifier(HTTPMessageVerifier):
    """Leaves the clock to us."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Nothing: `_is_recent` does."""


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, key_of: Callable[[str], PublicKey | None]) -> None:
        self._key_of = key_of

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey | None:
        text = self._key_of(key_id)
        return None if text is None else signing.sound_key(text)

    def resolve_private_key(self, key_id: str) -> Any:
        raise NotImplementedError("we sign nothing")


def _covers_enough(result: VerifyResult, signed: Signed) -> bool:
    covered = {name.strip('"') for name in result.covered_components}
    target = "@target-uri" in covered or (
        "@path" in covered and ("@query" in covered or not signed.has_query)
    )
    return "@method" in covered and target and ("content-digest" in covered or not signed.has_body)


def _is_recent(result: VerifyResult, now: Millis) -> bool:
    created, expires = result.parameters.get("created"), result.parameters.get("expires")
    if not isinstance(created, int) or abs(now / 1_000 - created) > REPLAY_S:
        return False
    return not isinstance(expires, int) or now / 1_000 <= expires


def _is_the_body(result: VerifyResult, body: bytes) -> bool:
    try:
        return bool(ContentDigest.verify_components(result.covered_components, body)) or not body
    except HTTPMessageSignaturesException:
        return False
