"""When has a witness seen a log at some size? Cosignatures over checkpoints.

C2SP tlog-cosignature, type 0x04: a time in seconds since 1970 and an Ed25519 signature over that
time and the checkpoint. A witness that signs says: this is the largest tree I had seen by then, and
all that I had seen before lead up to it.
"""

import struct
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.log import keys
from custody.log.keys import Key
from custody.log.note import Signature, ed25519_holds
from custody.log.spelling import NUMBER_MAX

BYTES: Final = 8 + 64


class BadCosignature(ValueError):
    """The bytes are no time and signature."""


@dataclass(frozen=True, slots=True)
class CosignatureVerifier:
    """Verifies the cosignatures of a witness (type 0x04)."""

    key: Key

    @classmethod
    def parse(cls, vkey: str) -> "CosignatureVerifier":
        """Read a verifier key; BadKey if it is none of this type."""
        return cls(keys.of_type(vkey, keys.COSIGNATURE))

    def verifies(self, text: str, signature: bytes) -> bool:
        """Tell whether the cosignature is this witness's over the text, at the time it names."""
        try:
            time, ed25519 = parse(signature)
        except BadCosignature:
            return False
        return ed25519_holds(self.key.material, ed25519, message(text, time))


class Cosigner:
    """Cosigns checkpoints (type 0x04)."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = Key(name, keys.COSIGNATURE, self._private.public_key().public_bytes_raw())

    def cosign(self, text: str, time: int) -> Signature:
        """Sign a checkpoint's text as seen at `time`, in seconds since 1970."""
        content = struct.pack(">Q", time) + self._private.sign(message(text, time))
        return Signature(self.key.name, self.key.id, content)


def message(text: str, time: int) -> bytes:
    """Return what is signed for a checkpoint's text and a time."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def parse(content: bytes) -> tuple[int, bytes]:
    """Cut a cosignature into its time, in seconds since 1970, and the Ed25519 signature."""
    if len(content) != BYTES:
        raise BadCosignature(f"a cosignature has {BYTES} bytes, not {len(content)}")
    time = int.from_bytes(content[:8])
    if time > NUMBER_MAX:
        raise BadCosignature(f"{time} is no time")
    return time, content[8:]
