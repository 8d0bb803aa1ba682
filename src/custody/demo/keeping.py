"""What does any site do with batteries in its hands, and what does it write down?"""

from collections.abc import Sequence
from typing import Any

from custody.demo.chance import pick
from custody.demo.desk import Desk, Wait
from custody.demo.packs import CHARGED_PCT, Pack
from custody.demo.sites import Site
from custody.demo.slips import Slips
from custody.demo.yards import Yards
from custody.terms import HOUR, MINUTE

TO_TREAT: Wait = (30 * MINUTE, 6 * HOUR)
PLACES = tuple(f"{row}-{number:02}" for row in "ABCD" for number in range(1, 13))
APART = ("隔离柜-1", "隔离柜-2", "防爆箱-1")  # for what is not sound
TREATMENTS = {
    "intact": ["discharged"],
    "wet": ["insulated"],
    "damaged": ["insulated", "bagged"],
    "swollen": ["discharged", "boxed"],
    "leaking": ["brine", "boxed"],
    "burnt": ["cooled", "boxed"],
}
WHY_TAGGED = {"unreadable": 60, "damaged_label": 40}


class Keeping:
    """Storing, inspecting, making safe, and sticking tags on."""

    def __init__(self, desk: Desk, yards: Yards, slips: Slips) -> None:
        self.desk = desk
        self.yards = yards
        self.slips = slips

    def put_away(self, site: Site, packs: Sequence[Pack], **more: Any) -> None:
        """Store batteries, those of each class in a place for it."""
        for kept_as in ("normal", "damaged", "defective"):
            refs = [pack.ref for pack in packs if pack.kept_as == kept_as]
            if refs:
                mildly = kept_as == "damaged" and self.desk.seldom("kept_too_mildly")
                places = PLACES if kept_as == "normal" else APART
                self.desk.record(
                    site,
                    "store",
                    batteries=refs,
                    place=self.desk.rng.choice(places),
                    **{"class": "normal" if mildly else kept_as},
                    **more,
                )

    def inspect(self, site: Site, pack: Pack) -> None:
        """Look at a battery closely; unless it must be made safe first, it is ready to go on."""
        if not self.yards.has(site, pack):
            return
        pack.condition, pack.hidden = pack.hidden or pack.condition, ""
        unsafe = pack.condition != "intact" or pack.charge_pct >= CHARGED_PCT
        verdict = "treat" if unsafe else "scrap" if pack.is_worn_out else "pass"
        if verdict != "pass" and self.desk.seldom("passed_all_the_same"):
            verdict = "pass"
        self.slips.of_code(
            site,
            "inspect",
            pack,
            verdict=verdict,
            condition=[pack.condition],
            **self.measure(pack),
        )
        if verdict == "treat":
            self.desk.later(TO_TREAT, self.make_safe, site, pack)
        else:
            pack.ready = True

    def make_safe(self, site: Site, pack: Pack) -> None:
        """Treat a battery so that it may be packed, and put it away again."""
        if not self.yards.has(site, pack):
            return
        pack.ready = True
        pack.charge_pct = min(pack.charge_pct, 25)
        if not self.desk.seldom("never_treated"):
            treatment = TREATMENTS[pack.condition]
            charge = {"state_of_charge_pct": pack.charge_pct} if "discharged" in treatment else {}
            self.put_away(site, [pack], treatment=treatment, **charge)

    def tag(self, site: Site, pack: Pack, reason: str) -> None:
        """Write down which pack bears a tag, and the code that it had before, if any."""
        older = {"same_as": pack.older} if pack.older else {}
        described = {"code": pack.ref, "chemistry": pack.chemistry, "mass_g": pack.mass_g}
        self.desk.record(site, "tag", battery=described, reason=reason, **older)

    def tag_anew(self, site: Site, pack: Pack) -> None:
        """Give a pack a tag whose label has become unreadable; it goes by the tag from now on."""
        tag = self.desk.numbers.tag(site, self.desk.now)
        pack.older, pack.ref = pack.ref, f"tag:{tag}"
        self.tag(site, pack, pick(self.desk.rng, WHY_TAGGED))
        self.desk.notice("two_codes", pack.ref)

    def measure(self, pack: Pack) -> dict[str, int]:
        """Measure a battery; its voltage is never quite the same twice."""
        volts_pct = 88 + pack.charge_pct // 5 + self.desk.rng.randint(0, 3)
        return {
            "open_circuit_voltage_mv": pack.nominal_voltage_mv * volts_pct // 100,
            "internal_resistance_mohm": pack.resistance_mohm,
            "state_of_charge_pct": pack.charge_pct,
            "capacity_fade_pct": pack.fade_pct,
        }
