"""Whose key is it, and how is it written down? Names, ids and verifier keys of signed notes.

C2SP signed-note: a key has a name, a signature type and its material. Its id is the beginning of a
SHA-256 over the three. A verifier key (vkey) is `name+id+base64(type, material)`; a private one, as
Go's tools write it, `PRIVATE+KEY+name+id+base64(type, seed)`.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from custody.codes import ed25519
from custody.codes.errors import CodeError
from custody.log.spelling import Misspelt, base64, unbase64

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
UNASSIGNED: Final = 0xFF
ID_BYTES: Final = 4
ED25519_BYTES: Final = 32
PRIVATE: Final = "PRIVATE+KEY+"

# No spaces of any kind, no plus, no control characters, nothing that is not a character.
_NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")
_ID = re.compile(r"[0-9a-f]{8}")


class BadKey(ValueError):
    """The text is no key, or none of the kind that was asked for."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key with the name of whoever signs with it."""

    name: str
    type: int
    material: bytes

    def __post_init__(self) -> None:
        if not is_name(self.name):
            raise BadKey(f"{self.name[:80]!r} is no name for a key")

    @property
    def id(self) -> bytes:
        """The four bytes that stand before its signatures."""
        content = self.name.encode() + b"\n" + bytes([self.type]) + self.material
        return sha256(content).digest()[:ID_BYTES]

    def vkey(self) -> str:
        """Write it down for those who verify."""
        return f"{self.name}+{self.id.hex()}+{base64(bytes([self.type]) + self.material)}"

    @classmethod
    def parse(cls, vkey: str) -> "Key":
        """Read a verifier key of any type; BadKey if it is malformed or its id is another's."""
        name, id_hex, content = _parts(vkey)
        key = cls(name, content[0], content[1:])
        if key.id.hex() != id_hex:
            raise BadKey(f"{vkey[:80]!r} has not the id that follows from it")
        return key


def is_name(name: str) -> bool:
    """Tell whether a key may be called that."""
    return _NAME.fullmatch(name) is not None


def of_type(vkey: str, wanted: int) -> Key:
    """Read a verifier key of one of the two types that hold an Ed25519 key.

    BadKey also if it is a point under which others than its owner could sign: a policy that named
    it would believe anybody.
    """
    key = Key.parse(vkey)
    if key.type != wanted:
        raise BadKey(f"{vkey[:80]!r} is of type {key.type:#04x}, not {wanted:#04x}")
    if len(key.material) != ED25519_BYTES:
        raise BadKey(f"{vkey[:80]!r} is no Ed25519 key, which has {ED25519_BYTES} bytes")
    try:
        ed25519.sound(key.material)
    except CodeError as error:
        raise BadKey(f"{vkey[:80]!r}: {error.detail}") from None
    return key


def private(key: Key, seed: bytes) -> str:
    """Write down a private key; whoever reads it can sign."""
    return f"{PRIVATE}{key.name}+{key.id.hex()}+{base64(bytes([key.type]) + seed)}"


def parse_private(text: str) -> tuple[str, str, int, bytes]:
    """Read a private key: its name, its id in hex, its type and seed, which have yet to agree."""
    if not text.startswith(PRIVATE):
        raise BadKey("it does not begin as a private key does")  # and is not repeated here
    try:
        name, id_hex, content = _parts(text.removeprefix(PRIVATE))
    except BadKey:
        raise BadKey("it is no private key") from None
    return name, id_hex, content[0], content[1:]


def _parts(text: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    id_hex, _, base64_text = rest.partition("+")
    try:
        content = unbase64(base64_text)
    except Misspelt:
        content = b""
    if not is_name(name) or not _ID.fullmatch(id_hex) or not content:
        raise BadKey(f"{text[:80]!r} is not name+id+key")
    return name, id_hex, content
