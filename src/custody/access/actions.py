"""What can be done at all, and which roles may, somewhere?"""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from custody.access.subject import ROLES, Role

Action = Literal[
    "post_movements",
    "read_movement",
    "read_battery",
    "read_history",
    "list_batteries",
    "read_site",
    "read_inventory",
    "read_books",
    "read_expected",
    "roll_up_inventory",
    "read_consignment",
    "list_consignments",
    "read_order",
    "list_orders",
    "issue_numbers",
    "list_number_books",
    "refer_depositor",
    "put_depositor",
    "read_depositor",
    "read_registry",
    "read_feed",
    "subscribe",
    "make_exports",
    "read_metrics",
    "read_evidence",
    "read_log",
    "read_access_log",
    "write_registry",
    "manage_keys",
    "read_me",
    "read_documents",
    "capture_epcis",
    "read_epcis",
    "name_epcis_queries",
]
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)

_ALL: Final = frozenset(ROLES)
_WATCHING: Final = frozenset[Role]({"admin", "auditor", "integrator"})
_AREA: Final = _WATCHING | frozenset[Role]({"operator", "authority"})
_SITE: Final = _ALL - {"carrier"}
_ON_SITE: Final = frozenset[Role]({"terminal", "operator"})

ALLOWED: Final[Mapping[Action, frozenset[Role]]] = {
    # Who keeps the registry and the keys says nothing of what happened: no admin here.
    "post_movements": _ON_SITE | {"carrier"},
    "read_movement": _ALL,
    "read_battery": _ALL,
    "read_history": _ALL,
    "list_batteries": _ALL,
    "read_site": _ALL,
    "read_inventory": _SITE,
    "read_books": _SITE,
    "read_expected": _SITE,
    "roll_up_inventory": _AREA,
    "read_consignment": _ALL,
    "list_consignments": _ALL,
    "read_order": _SITE,
    "list_orders": _SITE,
    "issue_numbers": _ON_SITE | {"admin"},
    "list_number_books": _SITE,
    # People's names and numbers: who took them down, and who is to look into it. An authority is
    # told what happened, and asks an auditor who it was.
    "refer_depositor": _ON_SITE,
    "put_depositor": _ON_SITE,
    "read_depositor": _ON_SITE | {"auditor"},
    "read_registry": _ALL - {"terminal"},
    "read_feed": _WATCHING | {"authority"},
    "subscribe": _WATCHING | {"authority"},
    "make_exports": _SITE,  # of facts or of books, as each may read them
    "read_metrics": _WATCHING,
    "read_evidence": _ALL,
    "read_log": _ALL,
    "read_access_log": frozenset({"admin"}),
    "write_registry": frozenset({"admin"}),
    "manage_keys": frozenset({"admin"}),
    "read_me": _ALL,
    "read_documents": _ALL,
    "capture_epcis": _ON_SITE | {"carrier"},
    "read_epcis": _ALL,
    "name_epcis_queries": _ALL,
}

MOVEMENTS: Final[Mapping[Role, frozenset[str]]] = {"carrier": frozenset({"hand_on"})}
"""Which types of movement a role may post, where it is not all of them."""

NAMES_ITS_SITE: Final = frozenset[Role]({"terminal"})
"""Who has to say in a list that it means its own site, and is not just shown that part of it."""
