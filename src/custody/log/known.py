"""Which keys of a log does anybody have, so that what they sign vouches for nothing?

Private keys that stand in published examples and test data, and those that follow from a word or
from counted bytes, as the keys of our own tests do. Whoever takes one signs in everybody's name.
"""

from functools import cache
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.log.keys import ED25519_BYTES, UNASSIGNED, Key

PUBLISHED: Final = frozenset(
    bytes.fromhex(public)
    for public in (
        # RFC 8032, 7.1; the first also signs the example of docs/signing.md.
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        # RFC 9421, B.1.4.
        "26b40b8f93fff3d897112f7ebc582b232dbd72517d082fe83cfb30ddce43d1bb",
        # golang.org/x/mod, sumdb/note: PeterNeumann.
        "1a5cd907143c384c41e830c5bce12aa8817ec5649aaabf2c31388b35b2d744d6",
        # transparency-dev: the log and the witness of its witness's tests, the log of Tessera's.
        "42da24cbd3b432c73d4714ae374369df6f0e587f3d37c2d9557ad0952d09f593",
        "d615d59b5a8ddf41bf28cfd87829c2ba982fa4e33b022318c3aaf01bb8db16cd",
        "e1d3bb843784420c1cda9ce9f01232cab7aca371dbcd0d23ea0ee710859244b1",
    )
)
"""Public keys whose private halves others have published."""

POINTS: Final = (
    bytes.fromhex(
        "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
        "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
    ),
)
"""Public keys on the curve of SM2 of which that is true: the example of GB/T 32918.5, annex A."""

WORDS: Final = (
    *("log", "w1", "w2", "forger", "new", "other", "second", "weak", "x"),
    *("terminal 1", "terminal 1, new", "terminal 2"),
)
"""Words from whose digest keys of our own tests are made, whatever they are called."""


def is_known(key: Key) -> bool:
    """Tell whether anybody can sign with a key of a log or of a witness."""
    if key.type == UNASSIGNED:
        return key.material.endswith(POINTS)
    return key.material in _everybodys() or key.material in map(_public, _from_words(key.name))


@cache
def _everybodys() -> frozenset[bytes]:
    seeds = [bytes([byte]) * ED25519_BYTES for byte in range(256)]
    seeds += [bytes(range(ED25519_BYTES)), *(sha256(word.encode()).digest() for word in WORDS)]
    return PUBLISHED.union(map(_public, seeds))


def _from_words(name: str) -> list[bytes]:
    """Return the seeds that follow from what a key is called, in the ways of our own tests."""
    return [sha256(f"{word}{name}".encode()).digest() for word in ("", "log ", "witness ")]


def _public(seed: bytes) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
