"""Who is behind a reference? The one place for personal data, and the way to destroy it.

Facts name people by reference alone. What a reference stands for is kept here, sealed with a key of
each person's own; when that key is destroyed the person is forgotten, and no fact has changed.
"""

from custody.vault.forgetting import Forgotten, forget, heard_of
from custody.vault.master import KNOWN_KEYS, UnusableMasterKey, configured
from custody.vault.person import Caller, Details
from custody.vault.tables import lay_out
from custody.vault.vault import Asker, PutDown, Vault

__all__ = [
    "KNOWN_KEYS",
    "Asker",
    "Caller",
    "Details",
    "Forgotten",
    "PutDown",
    "UnusableMasterKey",
    "Vault",
    "configured",
    "forget",
    "heard_of",
    "lay_out",
]
