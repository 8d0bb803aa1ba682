"""What goes wrong with batteries that just stand there, and who lays a hand on them?"""

from collections.abc import Callable
from hashlib import sha256
from math import ceil

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.demo.agenda import at_work
from custody.demo.desk import Wait
from custody.demo.keeping import PLACES, Keeping
from custody.demo.packs import Pack
from custody.demo.sites import CENTRE, POINT, RECYCLER, STATION, Network, Site
from custody.demo.yards import Lying
from custody.terms import DAY, HOUR, MINUTE, Millis

BATTERIES_A_MISHAP = 1_000  # brought in, for each of a kind
HOLDS_OF_A_KIND = 2
TO_CLEAR_UP: Wait = (40 * MINUTE, 3 * HOUR)
TO_FIND: Wait = (4 * DAY, 9 * DAY)
TO_RELEASE: Wait = (3 * DAY, 7 * DAY)
AGAIN: Wait = (6 * HOUR, 12 * HOUR)  # if nobody has a battery that something could happen to
# Of the weeks, in hundredths, between which mishaps of a kind happen.
FROM_PERCENT, TO_PERCENT = 35, 80


class Mishaps:
    """Leaks, fires, thefts and losses, what is found again, holds, and devices gone astray."""

    def __init__(self, network: Network, keeping: Keeping) -> None:
        self.network = network
        self.keeping = keeping
        self.yards = keeping.yards
        self.desk = keeping.desk
        self._cases = 0

    def start(self, batteries: int, first_day: Millis) -> None:
        """Spread mishaps of each kind over the middle of the weeks."""
        number = ceil(batteries / BATTERIES_A_MISHAP)
        self._spread(self._leak, number, first_day)
        self._spread(self._fire, number, first_day)
        self._spread(self._theft, number, first_day)
        self._spread(self._loss, number, first_day)
        self._spread(self._hold, number * HOLDS_OF_A_KIND, first_day)
        self._spread(self._device_unknown, 1, first_day)
        self._spread(self._device_without_key, 1, first_day)

    def _spread(self, act: Callable[[], None], number: int, first_day: Millis) -> None:
        span = self.desk.agenda.until - first_day
        for i in range(number):
            share = (i + self.desk.rng.random()) / number
            percent = FROM_PERCENT + (TO_PERCENT - FROM_PERCENT) * share
            self.desk.agenda.at(at_work(first_day + int(span * percent / 100)), act)

    def _befall(self, act: Callable[[], None], kinds: tuple[str, ...], pieces: int) -> Lying | None:
        """Choose whom it befalls; later, if nobody has so many batteries now."""
        found = self.yards.some(self.desk.rng, kinds, pieces)
        if found is None:
            self.desk.later(AGAIN, act)
        return found

    def _leak(self) -> None:
        found = self._befall(self._leak, (STATION, CENTRE), 1)
        if found:
            self._break(*found, "leak", "leaking")

    def _fire(self) -> None:
        found = self._befall(self._fire, (CENTRE, STATION), 2)
        if found:
            self._break(*found, "fire", "burnt")

    def _break(self, site: Site, packs: list[Pack], kind: str, condition: str) -> None:
        """Have batteries leak or burn; they are kept apart, and go to a recycler whole."""
        refs = [pack.ref for pack in packs]
        self.desk.record(site, "incident", kind=kind, batteries=refs, case=self._case(site, "SG"))
        self.desk.notice(kind, refs[0])
        for pack in packs:
            pack.condition, pack.ready = condition, False
            if pack.goes_to:
                pack.goes_to = self.network.closest(RECYCLER, site.county).id
            self.desk.later(TO_CLEAR_UP, self.keeping.make_safe, site, pack)

    def _theft(self) -> None:
        found = self._befall(self._theft, (POINT,), 3)
        if found:
            site, packs = found
            self.yards.take(site, packs)
            refs = [pack.ref for pack in packs]
            case = self._case(site, "GA")
            self.desk.record(site, "incident", kind="theft", batteries=refs, case=case)
            self.desk.later(TO_FIND, self._find, site, packs[0], case)

    def _find(self, site: Site, pack: Pack, case: str) -> None:
        self.desk.record(site, "incident", kind="found", batteries=[pack.ref], case=case)
        self.desk.notice("stolen_and_found", pack.ref)
        self.yards.put(site, [pack])
        self.desk.later(TO_CLEAR_UP, self.keeping.inspect, site, pack)

    def _loss(self) -> None:
        found = self._befall(self._loss, (POINT, STATION), 1)
        if found:
            site, packs = found
            self.yards.take(site, packs)
            self.desk.record(site, "incident", kind="loss", batteries=[packs[0].ref])

    def _hold(self) -> None:
        """Hold a few batteries for a case; one of every other case is not put aside in time."""
        found = self._befall(self._hold, (STATION, CENTRE), 3)
        if found:
            site, packs = found
            refs, case = [pack.ref for pack in packs], self._case(site, "GA")
            self.desk.record(site, "hold", batteries=refs, case=case)
            for pack in packs[self._cases % 2 :]:
                pack.held = True
            self.desk.later(TO_RELEASE, self._release, site, packs, case)

    def _release(self, site: Site, packs: list[Pack], case: str) -> None:
        refs = [pack.ref for pack in packs]
        self.desk.record(site, "release_hold", batteries=refs, case=case)
        for pack in packs:
            pack.held = False

    def _device_unknown(self) -> None:
        """Have somebody post in a terminal's name with a device of their own, which signs."""
        found = self._befall(self._device_unknown, (STATION, CENTRE), 1)
        if found:
            site, packs = found
            theirs = sha256(site.secret).digest()
            self._move(Ed25519PrivateKey.from_private_bytes(theirs), site, packs)
            self.desk.notice("forged", packs[0].ref)

    def _device_without_key(self) -> None:
        """Have a device post that was set up anew, and has lost what it signs with."""
        found = self._befall(self._device_without_key, (POINT, STATION), 1)
        if found:
            self._move(None, *found)

    def _move(self, signer: Ed25519PrivateKey | None, site: Site, packs: list[Pack]) -> None:
        """Have batteries put elsewhere in their yard."""
        said = {"batteries": [pack.ref for pack in packs], "place": self.desk.rng.choice(PLACES)}
        self.desk.record_signed(signer, site, "store", **said, **{"class": packs[0].kept_as})

    def _case(self, site: Site, authority: str) -> str:
        self._cases += 1
        return f"{authority}-{site.county.division}-{self._cases:04}"
