"""How is a secret kept that has to be known to sign? Sealed with the vault's master key alone."""

import os
from typing import Final

from custody.pushing.signing import SECRET_BYTES, Unsealable
from custody.pushing.subscription import Subscription
from custody.terms import Millis
from custody.vault.sealing import Unreadable, seal, unseal

_PURPOSE: Final = "subscription secret"


def made(master: bytes, subscription: str, token: bytes | None = None) -> tuple[bytes, bytes]:
    """Make a secret, unless its receiver has; return it, and as it is kept."""
    secret = os.urandom(SECRET_BYTES) if token is None else token
    return secret, seal(master, secret, f"{_PURPOSE}\n{subscription}")


def opened(master: bytes | None, subscription: Subscription, now: Millis) -> list[bytes]:
    """Return the secrets to sign with: the latest, and for a while the one before.

    Raises Unsealable.
    """
    sealed = [subscription.secret]
    if subscription.former_secret is not None and now < (subscription.former_until or 0):
        sealed.append(subscription.former_secret)
    if master is None:
        raise Unsealable("no master key: CUSTODY_VAULT_KEY")
    try:
        return [unseal(master, one, f"{_PURPOSE}\n{subscription.id}") for one in sealed]
    except Unreadable as error:
        raise Unsealable("sealed with another master key") from error
