"""What does one site's terminal write and sign, and what does it send?"""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from random import Random
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody import signing
from custody.demo.chance import pick
from custody.terms import SHANGHAI, Millis

Movement = dict[str, Any]

OPERATORS = 3  # at a site
CAPTURES = {"scanned": 95, "typed": 3, "photo": 2}


@dataclass(frozen=True, slots=True)
class Posting:
    """One request of one site's terminal: its movements, and the device's clock at sending."""

    site: str
    sent_at: Millis
    movements: list[Movement]


@dataclass(slots=True)
class Terminal:
    """Numbers, signs and chains what is written at a site, and keeps it until it is sent."""

    site: str
    signer: Ed25519PrivateKey
    unsent: list[Movement] = field(default_factory=list)
    due: Millis = 0
    sequence: int = 0
    previous: str | None = None

    def write(
        self,
        rng: Random,
        at: Millis,
        kind: str,
        fields: Movement,
        signer: Ed25519PrivateKey | None,
    ) -> Movement:
        """Write a movement down, with the hash of the one before it; without a signer, unsigned."""
        movement = {
            "id": uuid7(rng, at),
            "type": kind,
            "occurred_at": local(at),
            "site": self.site,
            "operator": f"op-{rng.randint(1, OPERATORS)}",
            "capture": pick(rng, CAPTURES),
            "terminal_sequence": self.sequence,
        }
        if self.previous:
            movement["previous"] = self.previous
        movement |= fields
        if signer is not None:
            movement["signature"] = signing.sign(movement, signer)
        self.previous = sha256(serialise(movement)).hexdigest()
        self.sequence += 1
        self.unsent.append(movement)
        return movement


def serialise(movement: Movement) -> bytes:
    """Return the bytes that are sent, and that the next movement's `previous` is the hash of."""
    return orjson.dumps(movement)


def local(at: Millis) -> str:
    """Write an instant as a terminal in China does."""
    seconds, rest = divmod(at, 1000)
    return f"{datetime.fromtimestamp(seconds, SHANGHAI):%Y-%m-%dT%H:%M:%S}.{rest:03}+08:00"


def uuid7(rng: Random, at: Millis) -> str:
    """Make an id that begins with its time (RFC 9562)."""
    chance = rng.getrandbits(74)
    number = at << 80 | 7 << 76 | (chance >> 62) << 64 | 2 << 62 | (chance & (1 << 62) - 1)
    digits = f"{number:032x}"
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])
