"""What is made by chance in the story, and how is it the same in every telling?

What is drawn goes into ids, salts and leaves of the log, and so into every proof: drawn alike, it
makes proofs that hold. What shows only that something is drawn is shown as one fixed shape.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import shake_256
from typing import Any, Final
from uuid import UUID

import pytest

DRAWN: Final = (
    "custody.ledger.sqlite.os",
    "custody.log.store.token_bytes",
    "custody.keys.making.token_hex",
    "custody.vault.vault.token_hex",
    "custody.exporting.jobs.secrets",
    "custody.pushing.keeping.os",
    "custody.api.epcis.capture.uuid4",
    "custody.api.epcis.events.uuid4",
)
"""Where the service draws what is kept, or hashed into what is kept."""

NOON: Final = "2026-03-01T04:00:00.000Z"
SHAPES: Final = {
    r"whsec_[\w+/=-]+": "whsec_VGhpcyBpcyBub3QgYSBzZWNyZXQsIGp1c3QgYSBzaGFwZS4=",
    r"test_[0-9a-f]{32}": "test_0f6b7c1d5e2a4938b7d6c5e4f3a2b1c0",
    r"(?<=\"id\": \")[0-9a-f]{13}-[0-9a-f]{16}(?=\")": "019ca7a9f4000-5b0b3a8e6f434f0e",
    r"(?<=\"request_id\": \")[0-9a-f]+-[0-9a-f]+(?=\")": "5f0c2a9be1d4-2c",
    r"(?<=\"created_at\": \")[^\"]+(?=\")": NOON,
    r"(?<=\"took_ms\": )\d+": "12",
}
"""What else differs from one telling to the next, and what is shown in its place."""


class Chance:
    """Draws the same every time, one after another."""

    def __init__(self, name: str) -> None:
        self._name = name.encode()
        self._drawn = 0

    def urandom(self, count: int) -> bytes:
        """Draw bytes."""
        self._drawn += 1
        return shake_256(b"%s %d" % (self._name, self._drawn)).digest(count)

    def token_bytes(self, count: int) -> bytes:
        """Draw bytes, as `secrets` names it."""
        return self.urandom(count)

    def token_hex(self, count: int) -> str:
        """Draw bytes and write them down."""
        return self.urandom(count).hex()

    def uuid4(self) -> UUID:
        """Draw an id."""
        return UUID(bytes=self.urandom(16), version=4)


@contextmanager
def drawn_alike() -> Iterator[None]:
    """Let the service of this process draw the same as the last time."""
    with pytest.MonkeyPatch.context() as patched:
        for place in DRAWN:
            _, _, name = place.rpartition(".")
            chance = Chance(place)
            patched.setattr(place, getattr(chance, name, chance))
        yield


def in_one_shape(said: Any, hidden: str, shown: str) -> Any:
    """Show the same for whatever still differs; `hidden` is the address of the receiver."""
    text = json.dumps(said, ensure_ascii=False).replace(hidden, shown)
    for made, shape in SHAPES.items():
        text = re.sub(made, shape, text)
    return json.loads(text)
