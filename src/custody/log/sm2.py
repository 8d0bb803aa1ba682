"""How does a checkpoint also carry a signature by the standards of China? SM2 with SM3.

GB/T 32918.2 and .5 (SM2 on the recommended curve) over GB/T 32905 (SM3), with the usual identity of
the signer. The tree keeps its SHA-256, and whoever does not know such lines passes them over. C2SP
signed-note has no type for these: so 0xff, and a name of our own before the point. A signature is r
and s, 32 bytes each. Needs the extra `sm` (gmssl-pyx); without it, ImportError.
"""

from dataclasses import dataclass
from typing import Final

import gmssl_pyx  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from custody.log import keys
from custody.log.keys import BadKey, Key

IDENTIFIER: Final = b"custody/sm2-with-sm3/v1\n"
NUMBER_BYTES: Final = 32
POINT_BYTES: Final = 2 * NUMBER_BYTES
PAIR_BYTES: Final = NUMBER_BYTES + POINT_BYTES

_PROBE: Final = "custody sm2 probe\n"
"""What a key pair signs to show that its halves belong together; no checkpoint is like that."""


@dataclass(frozen=True, slots=True)
class Sm2Verifier:
    """Verifies SM2 signatures over a note's text."""

    key: Key

    @classmethod
    def parse(cls, vkey: str) -> "Sm2Verifier":
        """Read a verifier key; BadKey if it is none of this type, or no point of the curve."""
        key = Key.parse(vkey)
        if key.type != keys.UNASSIGNED or not key.material.startswith(IDENTIFIER):
            raise BadKey(f"{vkey[:80]!r} is no SM2 key")
        try:
            gmssl_pyx.normalize_sm2_public_key(b"\x04" + _point(key))
        except gmssl_pyx.InvalidValueError:
            raise BadKey(f"{vkey[:80]!r} holds no point of the curve") from None
        return cls(key)

    def verifies(self, text: str, signature: bytes) -> bool:
        """Tell whether the signature is this key's over the text."""
        if len(signature) != 2 * NUMBER_BYTES:
            return False
        numbers = (signature[:NUMBER_BYTES], signature[NUMBER_BYTES:])
        der = encode_dss_signature(*map(int.from_bytes, numbers))
        return bool(gmssl_pyx.sm2_verify(_point(self.key), text.encode(), der))


class Sm2Signer:
    """Signs notes with SM2."""

    def __init__(self, name: str, private: bytes, point: bytes) -> None:
        self._private = private
        self.key = Key(name, keys.UNASSIGNED, IDENTIFIER + point)

    @classmethod
    def make(cls, name: str) -> "Sm2Signer":
        """Make a new key pair under a name."""
        return cls.of(name, new_pair())

    @classmethod
    def of(cls, name: str, pair: bytes) -> "Sm2Signer":
        """Take a key pair as it is kept; BadKey if it is none, or its halves are of two."""
        private, point = pair[-PAIR_BYTES:-POINT_BYTES], pair[-POINT_BYTES:]
        if pair != IDENTIFIER + private + point or len(private) != NUMBER_BYTES:
            raise BadKey("it is no SM2 key pair")
        made = cls(name, private, point)
        try:
            if Sm2Verifier.parse(made.key.vkey()).verifies(_PROBE, made.sign(_PROBE)):
                return made
        except gmssl_pyx.InvalidValueError:
            pass
        raise BadKey("its halves do not belong together")

    def sign(self, text: str) -> bytes:
        """Sign a note's text."""
        der = gmssl_pyx.sm2_sign(self._private, _point(self.key), text.encode())
        return b"".join(number.to_bytes(NUMBER_BYTES) for number in decode_dss_signature(der))


def new_pair() -> bytes:
    """Make a key pair in the form in which it is kept: what it is, the number, and the point.

    The library has no way from the number to the point, so both are kept.
    """
    point, private = gmssl_pyx.sm2_key_generate()
    return bytes(IDENTIFIER + private + point)


def _point(key: Key) -> bytes:
    return key.material.removeprefix(IDENTIFIER)
