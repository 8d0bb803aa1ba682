"""Did the terminal that posted a movement sign it, with the key that is registered of it now?

Whose key counts is a matter of position: what was registered last before the movement is recorded,
whenever the movement claims to have happened. So a key that was lost vouches for nothing from its
revocation on, and nobody can date a movement back into the time when it did.
"""

from collections.abc import Iterator
from json import loads

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from custody import signing
from custody.decisions.advice import Advice, Remark
from custody.decisions.chain import Arrival
from custody.events import Movement
from custody.state.registry import Registry
from custody.terms import Millis

SIGNATURE_INVALID = Advice(
    "signature_invalid",
    "critical",
    "签名与终端 {terminal} 现登记的公钥不符：内容可能被改动，或并非该终端所签。",
    "The signature does not hold under the key now registered of terminal {terminal}: it was "
    "altered, or another signed it.",
)
SIGNATURE_MISSING = Advice(
    "signature_missing",
    "high",
    "终端 {terminal} 已登记公钥，而本条没有签名。",
    "Terminal {terminal} has a public key registered, and this movement bears no signature.",
)
SIGNATURE_UNKNOWN_KEY = Advice(
    "signature_unknown_key",
    "medium",
    "签名无法核对：{party} 现无可用的登记公钥。",
    "The signature cannot be checked: no public key of {party} that counts is registered now.",
)


def decide(fact: Movement, arrival: Arrival, registry: Registry, now: Millis) -> Iterator[Remark]:
    """Remark on a signature that does not hold, on one nobody can check, and on a missing one."""
    terminal = arrival.poster.terminal
    key = None if terminal is None else _key(terminal, registry, now)
    if key is None:
        if fact.signature is not None:
            party = f"terminal:{terminal}" if terminal else f"site:{fact.site}"
            yield SIGNATURE_UNKNOWN_KEY(party, party=party)
        return
    if fact.signature is None:
        yield SIGNATURE_MISSING(f"terminal:{terminal}", terminal=terminal)
    elif not signing.verify(loads(arrival.data), key):
        yield SIGNATURE_INVALID(f"terminal:{terminal}", terminal=terminal)


def _key(terminal: str, registry: Registry, now: Millis) -> Ed25519PublicKey | None:
    """Return the key that counts of a terminal, unless it has none or is no longer active."""
    held = registry.latest_terminal(terminal)
    if held is None or held.public_key is None or held.holds_to <= now:
        return None
    return signing.sound_key(held.public_key)
