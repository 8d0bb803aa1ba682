"""What do people write down wrongly, and how is it put right?"""

from typing import Any

from custody.demo.desk import Desk, Wait
from custody.demo.packs import Pack
from custody.demo.sites import Site
from custody.demo.terminal import Movement, local
from custody.events.consignment import items_digest
from custody.terms import DAY, HOUR, MINUTE

TO_NOTICE: Wait = (20 * MINUTE, 26 * HOUR)
TO_NOTICE_SOON: Wait = (10 * MINUTE, 90 * MINUTE)


class Slips:
    """Movements that may be written wrongly now, and are corrected or voided later."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def drop_off(self, site: Site, described: dict[str, Any], **more: Any) -> None:
        """Record a drop-off: perhaps with a mass or a day that is wrong, perhaps twice."""
        desk = self.desk
        if desk.seldom("mass_mistyped"):
            typed = {**described, "mass_g": described["mass_g"] * 10}
            written = desk.record(site, "drop_off", battery=typed, **more, capture="typed")
            desk.notice("corrected", described["code"])
            desk.later(TO_NOTICE, self.correct, site, written, {"battery": described})
        elif desk.seldom("day_mistyped"):
            typed = {"occurred_at": local(desk.now - DAY), "capture": "typed"}
            written = desk.record(site, "drop_off", battery=described, **more, **typed)
            right = {"occurred_at": local(desk.now)}
            desk.later(TO_NOTICE, self.correct, site, written, right)
        else:
            desk.record(site, "drop_off", battery=described, **more)
        if desk.seldom("entered_twice"):
            again = desk.record(site, "drop_off", battery=described, **more)
            desk.later(TO_NOTICE_SOON, self.void, site, again)

    def of_code(self, site: Site, kind: str, pack: Pack, **more: Any) -> None:
        """Record what is done with one battery: perhaps with a digit of its code mistyped."""
        if pack.ref.startswith("tag:") or not self.desk.seldom("code_mistyped"):
            self.desk.record(site, kind, battery=pack.ref, **more)
            return
        last = (int(pack.ref[-1]) + self.desk.rng.randint(1, 9)) % 10
        typed = f"{pack.ref[:-1]}{last}"
        written = self.desk.record(site, kind, battery=typed, **more, capture="typed")
        self.desk.later(TO_NOTICE_SOON, self.correct, site, written, {"battery": pack.ref})

    def dispatch(self, site: Site, refs: list[str], others: list[Pack], **more: Any) -> Movement:
        """Record a dispatch: perhaps with another battery on its list than the one aboard."""
        if not others or not self.desk.seldom("item_mistaken"):
            return self.desk.record(site, "dispatch", **_listing(refs), **more)
        listed = [*refs[:-1], self.desk.rng.choice(others).ref]
        written = self.desk.record(site, "dispatch", **_listing(listed), **more)
        self.desk.later(TO_NOTICE, self.correct, site, written, _listing(refs))
        return written

    def receipt(self, site: Site, said: dict[str, Any]) -> None:
        """Record a receipt: perhaps twice."""
        self.desk.record(site, "receive", **said)
        if self.desk.seldom("received_twice"):
            again = self.desk.record(site, "receive", **said)
            self.desk.later(TO_NOTICE_SOON, self.void, site, again)

    def correct(self, site: Site, written: Movement, values: dict[str, Any]) -> None:
        """Put a movement right."""
        self.desk.record(
            site, "correct", target=written["id"], values=values, reason="incorrect_data"
        )

    def void(self, site: Site, written: Movement) -> None:
        """Take a movement back."""
        self.desk.record(site, "void", target=written["id"], reason="did_not_occur")


def _listing(refs: list[str]) -> dict[str, Any]:
    return {"batteries": refs, "items_digest": items_digest(refs)}
