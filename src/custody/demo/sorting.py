"""What becomes of a battery that a sorting centre has graded?"""

from collections.abc import Sequence

from custody.demo.desk import Wait
from custody.demo.keeping import Keeping
from custody.demo.packs import Pack
from custody.demo.sites import RECYCLER, Network, Site
from custody.terms import HOUR, MINUTE

TO_SORT: Wait = (10 * MINUTE, 8 * HOUR)
AS_GOOD_AS_NEW_PCT = 22  # lost capacity, at most, of what may have a second life
GRADES = {"A": AS_GOOD_AS_NEW_PCT, "B": 35, "C": 50}
"""Up to which loss of capacity a pack is of a grade; beyond the last it is of grade D."""
HARDLY_ANYTHING_LEFT_PCT = 66


class Sorting:
    """The batteries of the sorting centres: graded, and sent where they are of use."""

    def __init__(self, network: Network, keeping: Keeping) -> None:
        self.network = network
        self.keeping = keeping
        self.desk = keeping.desk

    def welcome(self, site: Site, packs: Sequence[Pack]) -> None:
        """Put away what has come, and grade each battery in its turn."""
        self.keeping.put_away(site, packs)
        for pack in packs:
            self.desk.later(TO_SORT, self._grade, site, pack)

    def _grade(self, site: Site, pack: Pack) -> None:
        if not self.keeping.yards.has(site, pack):
            return
        letters = [letter for letter, most in GRADES.items() if pack.fade_pct <= most]
        grade = letters[0] if letters and not pack.is_worn_out else "D"
        ref = pack.older if pack.older and self.desk.seldom("old_code_read") else pack.ref
        route = self._route(site, pack)
        self.desk.record(
            site, "grade", battery=ref, grade=grade, **route, **self.keeping.measure(pack)
        )
        pack.ready = True

    def _route(self, site: Site, pack: Pack) -> dict[str, str]:
        """Choose where a battery goes; what it may be good for, a plant with a licence says."""
        if _may_live_on(pack):
            pack.goes_to = self.network.plant.id
            return {}
        if pack.kept_as == "defective" or pack.fade_pct > HARDLY_ANYTHING_LEFT_PCT:
            pack.goes_to = self.network.closest(RECYCLER, site.county).id
            return {"route": "recycle"}
        pack.goes_to = site.feeds or ""
        return {"route": "dismantle"}


def _may_live_on(pack: Pack) -> bool:
    sound = pack.condition == "intact" and not pack.is_worn_out
    return pack.chemistry == "lfp" and sound and pack.fade_pct <= AS_GOOD_AS_NEW_PCT
