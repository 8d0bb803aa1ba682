"""Who holds a key, what may it open, and is the one just shown still good?"""

from custody.access import ROLES, Role
from custody.keys.keyring import FRESH_S, KEY_CHARACTERS_MAX, REMEMBERED_MAX, Keyring
from custody.keys.making import BOUND_TO, assert_fits, create, listing, revoke
from custody.keys.tables import Key, api_key, lay_out

__all__ = [
    "BOUND_TO",
    "FRESH_S",
    "KEY_CHARACTERS_MAX",
    "REMEMBERED_MAX",
    "ROLES",
    "Key",
    "Keyring",
    "Role",
    "api_key",
    "assert_fits",
    "create",
    "lay_out",
    "listing",
    "revoke",
]
