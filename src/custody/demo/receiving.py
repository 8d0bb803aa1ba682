"""What does the receiver of a load write down, item by item?"""

from collections.abc import Sequence
from typing import Any

from custody.demo.desk import Desk
from custody.demo.loads import Load
from custody.demo.packs import Pack
from custody.events.consignment import items_digest

SCALE_PERMILLE = (997, 1003)
FORGOTTEN_PERCENT = 93  # what the scale says with a corner of the load beside it


def receipt(
    desk: Desk, load: Load, accepted: Sequence[Pack], rejected: Sequence[tuple[Pack, str]]
) -> dict[str, Any]:
    """Return what is written: each item's fate, the seals, the mass, and the list's digest."""
    missing = load.absent + load.lost
    lists = {
        "rejected": [{"battery": pack.ref, "reason": reason} for pack, reason in rejected],
        "missing": [pack.ref for pack in missing],
        "extra": [pack.ref for pack in load.extra],
    }
    counted = [*accepted, *load.extra, *(pack for pack, _ in rejected)]
    seals = list(load.seals)
    if desk.seldom("seal_misread"):
        seals[0] = seals[0][:-1] + "X"
    return {
        "consignment": load.number,
        "accepted": [pack.ref for pack in accepted],
        **{name: refs for name, refs in lists.items() if refs},
        "seals_intact": not load.lost,
        "seals": seals,
        "net_mass_g": _net_mass_g(desk, [*accepted, *load.extra, *load.stray]),
        "items_digest": items_digest(pack.ref for pack in counted),
    }


def _net_mass_g(desk: Desk, packs: Sequence[Pack]) -> int:
    weighed = sum(pack.mass_g for pack in packs) * desk.rng.randint(*SCALE_PERMILLE) // 1000
    return weighed * FORGOTTEN_PERCENT // 100 if desk.seldom("not_weighed_right") else weighed
