"""How does a receiver know that a delivery is ours? By Standard Webhooks' symmetric signature.

Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md: HMAC-SHA256 over
`id.timestamp.body`, the secret as `whsec_` and base64, several signatures apart by a blank.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from custody.terms import HOUR, Millis, Position

SECRET_BYTES: Final = 32
PREFIX: Final = "whsec_"
ROTATION: Final[Millis] = 24 * HOUR
"""How long a delivery bears the signature of the former secret beside that of the new one."""


class Unsealable(Exception):
    """There is no master key, or another one than the secret was sealed with."""


def written(secret: bytes) -> str:
    """Write a secret as its receiver configures it."""
    return PREFIX + b64encode(secret).decode()


def read(text: str) -> bytes:
    """Read a secret that was written so."""
    return b64decode(text.removeprefix(PREFIX), validate=True)


def signature(secret: bytes, id_: str, at: Millis, body: bytes) -> str:
    """Sign a delivery with one secret."""
    signed = b"%s.%d.%s" % (id_.encode(), at // 1000, body)
    return "v1," + b64encode(hmac.digest(secret, signed, "sha256")).decode()


def headers(secrets: Sequence[bytes], id_: str, at: Millis, body: bytes) -> dict[str, str]:
    """Return the headers that a receiver checks a delivery by, whichever secret it knows."""
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(at // 1000),
        "webhook-signature": " ".join(signature(one, id_, at, body) for one in secrets),
    }


def gs1_headers(secrets: Sequence[bytes], id_: str, at: Millis, body: bytes) -> dict[str, str]:
    """Return the same headers, and EPCIS's own, which is over the body alone.

    The standard leaves open how it is made (EPCIS 2.0, REST bindings): HMAC-SHA256 by the token
    that its receiver chose, in base64. Who chose none gets neither.
    """
    known = [one for one in secrets if one]
    if not known:
        return {"webhook-id": id_, "webhook-timestamp": str(at // 1000)}
    signed = b64encode(hmac.digest(known[0], body, "sha256")).decode()
    return {**headers(known, id_, at, body), "gs1-signature": signed}


def message_id(subscription: str, round_: int, after: Position, until: Position) -> str:
    """Name a batch: the same for each attempt, after a crash too; another when it is replayed."""
    said = f"{subscription}\n{round_}\n{after}\n{until}"
    return "msg_" + sha256(said.encode()).hexdigest()[:32]
