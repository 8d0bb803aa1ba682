"""Who brings batteries, and under which reference is each of them known?"""

from random import Random
from typing import Any

from custody.demo.chance import pick
from custody.demo.sites import Site

KINDS = {"individual": 80, "repair_shop": 10, "dealer": 6, "share_operator": 4}
FLEETS = {"fleet": 60, "share_operator": 25, "swap_operator": 15}
REFERRED = 0.6  # of individuals; the others leave no number
SHOPS = 3  # of a kind, around each point
REFERENCE_BITS = 128


class Depositors:
    """People, each known once, and shops and fleets that come again and again."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._regulars: dict[tuple[str, str, int], str] = {}

    def somebody(self, site: Site) -> dict[str, Any]:
        """Return what a drop-off says of whoever comes to a site."""
        kind = pick(self._rng, KINDS)
        if kind == "individual":
            known = self._rng.random() < REFERRED
            return {"depositor_kind": kind, **({"depositor": self._reference()} if known else {})}
        return self._regular(site, kind)

    def a_fleet(self, site: Site) -> dict[str, Any]:
        """Return what a drop-off says of a fleet near a site."""
        return self._regular(site, pick(self._rng, FLEETS))

    def _regular(self, site: Site, kind: str) -> dict[str, Any]:
        which = (site.id, kind, self._rng.randrange(SHOPS))
        reference = self._regulars.setdefault(which, self._reference())
        return {"depositor_kind": kind, "depositor": reference}

    def _reference(self) -> str:
        return f"d:{self._rng.getrandbits(REFERENCE_BITS):032x}"
