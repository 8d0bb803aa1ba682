"""Which keys do the tests sign with? Made from a word each, so that they are always the same."""

from hashlib import sha256

from custody.log.cosignature import Cosigner
from custody.log.note import Ed25519Signer


def signer(name: str) -> Ed25519Signer:
    """Return the log of this name."""
    return Ed25519Signer(name, sha256(f"log {name}".encode()).digest())


def cosigner(name: str) -> Cosigner:
    """Return the witness of this name."""
    return Cosigner(name, sha256(f"witness {name}".encode()).digest())
