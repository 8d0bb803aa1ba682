"""What happens to a load between the site that sends it and the site that counts it?"""

from collections.abc import Callable, Mapping, Sequence

from custody.demo import rates
from custody.demo.agenda import at_work
from custody.demo.chance import pick
from custody.demo.desk import Wait
from custody.demo.handing_on import HandingOn
from custody.demo.keeping import Keeping
from custody.demo.loads import PACKING, Load
from custody.demo.packs import Pack
from custody.demo.places import kilometres
from custody.demo.receiving import receipt
from custody.demo.sites import STATION, Site
from custody.demo.terminal import Movement, local
from custody.demo.vehicles import plate
from custody.terms import DAY, HOUR, MINUTE, Millis

KM_AN_HOUR = 40
TO_CALL: Wait = (2 * HOUR, 20 * HOUR)  # a truck calls at other sites on its way
TO_VOID: Wait = (10 * MINUTE, 90 * MINUTE)
TO_UNLOAD: Wait = (4 * MINUTE, 25 * MINUTE)
TO_RETURN: Wait = (20 * MINUTE, 60 * MINUTE)
TO_LOOK_AGAIN: Wait = (30 * MINUTE, 5 * HOUR)
TO_COME_UPON: Wait = (1 * HOUR, 30 * HOUR)
TO_TURN_UP: Wait = (2 * DAY, 6 * DAY)
TO_REPORT: Wait = (30 * MINUTE, 6 * HOUR)  # by a sender who was out of reach, after the receiver
REASONS = {"damaged": 35, "leaking": 15, "wrong_item": 15, "no_paperwork": 35}
BROKEN = {"damaged": "damaged", "leaking": "leaking"}

Welcome = Mapping[str, Callable[[Site, Sequence[Pack]], None]]
"""By the kind of site: what it does with batteries that have come."""


class Roads:
    """Every load on its way, and the way back for what is rejected."""

    def __init__(self, keeping: Keeping, handing_on: HandingOn, welcome: Welcome) -> None:
        self.keeping = keeping
        self.slips = keeping.slips
        self.yards = keeping.yards
        self.desk = keeping.desk
        self.rng = keeping.desk.rng
        self.handing_on = handing_on
        self.welcome = welcome

    def send(self, load: Load) -> None:
        """Let a load leave, and arrive some time."""
        way = kilometres(load.sender.county, load.receiver.county)
        drive = int(way * HOUR // KM_AN_HOUR)
        arrival = at_work(self.desk.after(TO_CALL) + drive)
        self.dispatch(load, arrival)
        self.yards.take(load.sender, load.aboard + load.lost)
        for pack in load.absent:
            pack.ready = False
        if self.rng.random() < rates.OUT_OF_ORDER:
            self.desk.out_of_reach(load.sender, arrival + self.rng.randint(*TO_REPORT))
        self.handing_on.plan(load, drive)
        self.desk.agenda.at(arrival, self._receive, load, self._destination(load))

    def enter_wrongly(self, load: Load) -> None:
        """Write down a load that no truck takes, and take it back soon after."""
        written = self.dispatch(load, at_work(self.desk.after(TO_CALL)))
        self.desk.soon(TO_VOID, self.slips.void, load.sender, written)

    def dispatch(self, load: Load, expected_at: Millis) -> Movement:
        """Write down what leaves, for whom, and how it is packed."""
        weakly = load.kept_as != "normal" and self.desk.seldom("packed_too_weakly")
        vehicle = plate(self.rng, load.carrier)
        if self.desk.seldom("plate_misread"):
            vehicle = vehicle[:-1]
        load.seal(self.rng)
        aboard = {*load.listed}
        others = [
            pack
            for pack in self.yards.at(load.sender)
            if pack not in aboard and pack.kept_as == load.kept_as
        ]
        return self.slips.dispatch(
            load.sender,
            [pack.ref for pack in load.listed],
            [] if load.returns else others,
            **load.declared(),
            vehicle=vehicle,
            packing_instruction=PACKING["normal" if weakly else load.kept_as],
            expected_at=local(expected_at),
        )

    def _destination(self, load: Load) -> Site:
        """Return where a load is unloaded: now and then at another station than it is meant for."""
        if load.receiver.kind == STATION and self.desk.seldom("unloaded_elsewhere"):
            near = load.sender.county
            others = [one for one in self.yards.network.of_kind(STATION) if one != load.receiver]
            return min(others, key=lambda one: kilometres(near, one.county), default=load.receiver)
        return load.receiver

    def _receive(self, load: Load, site: Site) -> None:
        rejected = self._rejected(load, site)
        turned_away = {pack for pack, _ in rejected}
        accepted = [pack for pack in load.present if pack not in turned_away]
        self.slips.receipt(site, receipt(self.desk, load, accepted, rejected))
        taken = accepted + load.extra
        self.yards.put(site, taken + load.stray)
        act = self._take_back if load.returns else self.welcome[site.kind]
        if taken:
            self.desk.soon(TO_UNLOAD, act, site, taken)
        for pack in load.stray:
            self.desk.later(TO_COME_UPON, self._come_upon, site, pack)
        self._look_for(load)
        if rejected:
            back = [pack for pack, _ in rejected]
            self.desk.soon(TO_RETURN, self._return, load, site, back)

    def _rejected(self, load: Load, site: Site) -> list[tuple[Pack, str]]:
        if load.returns or site != load.receiver:
            return []
        rejected = [pack for pack in load.present if self.rng.random() < rates.REJECTED]
        found = [(pack, pick(self.rng, REASONS)) for pack in rejected]
        for pack, reason in found:
            if pack.condition == "intact":
                pack.hidden = BROKEN.get(reason, pack.hidden)
        return found

    def _return(self, load: Load, site: Site, packs: list[Pack]) -> None:
        self.yards.put(site, packs)
        for kept_as in PACKING:
            present = [pack for pack in packs if pack.kept_as == kept_as]
            if present:
                number = self.desk.numbers.consignment(site, self.desk.now)
                carrier = load.sender.carrier
                back = Load(number, site, load.sender, kept_as, carrier, present)
                back.returns = load.number
                self.desk.notice("returned", load.number)
                self.send(back)

    def _take_back(self, site: Site, packs: Sequence[Pack]) -> None:
        """Look again at what was rejected elsewhere."""
        self.keeping.put_away(site, packs)
        for pack in packs:
            self.desk.later(TO_LOOK_AGAIN, self.keeping.inspect, site, pack)

    def _come_upon(self, site: Site, pack: Pack) -> None:
        """Find a battery that was never booked in, and put it away like any other."""
        if self.yards.has(site, pack):
            self.welcome[site.kind](site, [pack])

    def _look_for(self, load: Load) -> None:
        """See what became of what was listed and did not come."""
        for pack in load.absent:
            self.desk.later(TO_COME_UPON, self._found, load.sender, pack)
        for pack in load.lost:
            if self.rng.random() < rates.TOLD:
                self.desk.later(TO_COME_UPON, self._lost, load.sender, pack)
            if self.rng.random() < rates.TURNS_UP:
                self.desk.later(TO_TURN_UP, self._turns_up, load.receiver, pack)

    def _found(self, site: Site, pack: Pack) -> None:
        pack.ready = True
        if self.rng.random() < rates.TOLD:
            self.desk.record(site, "incident", kind="found", batteries=[pack.ref])
            self.desk.notice("found", pack.ref)

    def _turns_up(self, site: Site, pack: Pack) -> None:
        self.yards.put(site, [pack])
        self.welcome[site.kind](site, [pack])

    def _lost(self, site: Site, pack: Pack) -> None:
        self.desk.record(site, "incident", kind="loss", batteries=[pack.ref])
