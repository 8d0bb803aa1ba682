"""What does a signed note say, and whose signatures on it hold?

C2SP signed-note: a text, an empty line, and a line for each signature, `— name base64(id, sig)`.
Signatures of keys that the reader does not know are passed over. One of a known key that does not
hold spoils the whole note. Beyond the specification's letter, base64 has one spelling.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from custody.log import keys
from custody.log.keys import Key
from custody.log.spelling import Misspelt, base64, lines, unbase64

NOTE_BYTES_MAX: Final = 1_000_000
SIGNATURES_MAX: Final = 100

_DASH: Final = "— "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class BadNote(ValueError):
    """It is no signed note, or a signature on it does not hold."""


class Unsigned(BadNote):
    """It is a note, but nobody known has signed it."""


class Verifier(Protocol):
    """Knows a key, and tells whether a signature is its."""

    @property
    def key(self) -> Key: ...

    def verifies(self, text: str, signature: bytes) -> bool: ...


class Signer(Protocol):
    """Holds a private key, and signs texts of notes with it."""

    @property
    def key(self) -> Key: ...

    def sign(self, text: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Signature:
    """A line under a note: who is said to have signed, and the bytes after the key's id."""

    name: str
    key_id: bytes
    content: bytes

    def line(self) -> str:
        """Write the line, its newline included."""
        return f"{_DASH}{self.name} {base64(self.key_id + self.content)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures under it, which nobody has looked at yet."""

    text: str
    signatures: tuple[Signature, ...]

    def content(self) -> bytes:
        """Write the note."""
        return f"{self.text}\n{''.join(s.line() for s in self.signatures)}".encode()


@dataclass(frozen=True, slots=True)
class Opened:
    """A text, with the signatures of known keys that hold: one a key, in the note's order."""

    text: str
    signatures: tuple[tuple[Verifier, Signature], ...]


@dataclass(frozen=True, slots=True)
class Ed25519Verifier:
    """Verifies Ed25519 signatures over a note's text (type 0x01)."""

    key: Key

    @classmethod
    def parse(cls, vkey: str) -> "Ed25519Verifier":
        """Read a verifier key; BadKey if it is none of this type."""
        return cls(keys.of_type(vkey, keys.ED25519))

    def verifies(self, text: str, signature: bytes) -> bool:
        """Tell whether the signature is this key's over the text."""
        return ed25519_holds(self.key.material, signature, text.encode())


class Ed25519Signer:
    """Signs notes with Ed25519 (type 0x01)."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = Key(name, keys.ED25519, self._private.public_key().public_bytes_raw())

    def sign(self, text: str) -> bytes:
        """Sign a note's text."""
        return self._private.sign(text.encode())


def ed25519_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether an Ed25519 signature (RFC 8032) is that of a public key over a message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def parse(content: bytes) -> Note:
    """Read a note without asking whether its signatures hold; BadNote if it is malformed."""
    if len(content) > NOTE_BYTES_MAX:
        raise BadNote(f"a note has at most {NOTE_BYTES_MAX} bytes")
    try:
        whole = content.decode("utf-8")
    except UnicodeDecodeError:
        raise BadNote("a note is UTF-8") from None
    if _CONTROL.search(whole):
        raise BadNote("a note has no control character but newline")
    text, separated, below = whole.rpartition("\n\n")
    if not separated:
        raise BadNote("no empty line ends the text")
    return Note(f"{text}\n", read_signatures(below))


def read_signatures(text: str) -> tuple[Signature, ...]:
    """Read signature lines, one or more; BadNote if one is malformed."""
    try:
        below = lines(text)
    except Misspelt:
        raise BadNote("a signature line ends in a newline") from None
    if len(below) > SIGNATURES_MAX:
        raise BadNote(f"a note has at most {SIGNATURES_MAX} signatures")
    return tuple(map(_signature, below))


def opened(content: bytes, verifiers: Iterable[Verifier]) -> Opened:
    """Read a note and see which of the keys that `verifiers` know have signed it.

    Raises BadNote if it is malformed or a known key's signature does not hold, Unsigned if none of
    them has signed.
    """
    note = parse(content)
    return verified(note, verifiers)


def verified(note: Note, verifiers: Iterable[Verifier]) -> Opened:
    """See which known keys have signed a note that was read; errors as for `opened`."""
    known = _by_name_and_id(verifiers)
    holding = dict[tuple[str, bytes], tuple[Verifier, Signature]]()
    for signature in note.signatures:
        whose = (signature.name, signature.key_id)
        verifier = known.get(whose)
        if verifier is None:
            continue
        if not verifier.verifies(note.text, signature.content):
            raise BadNote(f"the signature of {signature.name} does not hold")
        holding.setdefault(whose, (verifier, signature))
    if not holding:
        raise Unsigned("nobody known has signed")
    return Opened(note.text, tuple(holding.values()))


def sign(text: str, signers: Sequence[Signer]) -> bytes:
    """Write a note with a signature of each signer under the text."""
    return Note(text, tuple(signature(text, signer) for signer in signers)).content()


def signature(text: str, signer: Signer) -> Signature:
    """Return a signer's line under a text; BadNote if the text can be no note's."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise BadNote("a note's text ends in a newline and has no other control character")
    return Signature(signer.key.name, signer.key.id, signer.sign(text))


def _signature(line: str) -> Signature:
    name, _, base64_text = line.removeprefix(_DASH).partition(" ")
    try:
        content = unbase64(base64_text)
    except Misspelt:
        content = b""
    if not line.startswith(_DASH) or not keys.is_name(name) or len(content) <= keys.ID_BYTES:
        raise BadNote(f"{line[:80]!r} is no signature")
    return Signature(name, content[: keys.ID_BYTES], content[keys.ID_BYTES :])


def _by_name_and_id(verifiers: Iterable[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    known = dict[tuple[str, bytes], Verifier]()
    for verifier in verifiers:
        whose = (verifier.key.name, verifier.key.id)
        if known.setdefault(whose, verifier).key != verifier.key:
            raise BadNote(f"two known keys are both called {whose[0]}+{whose[1].hex()}")
    return known
