"""How do batteries get from site to site, and what goes wrong on the way?"""

from dataclasses import dataclass

from custody.demo import rates
from custody.demo.agenda import at_work
from custody.demo.packs import Pack
from custody.demo.places import kilometres
from custody.demo.sites import CENTRE, POINT, STATION, Network, Site
from custody.demo.terminal import local
from custody.demo.yards import Yards
from custody.terms import DAY, HOUR, MINUTE, Millis

PERIOD = {POINT: (3 * DAY, 8 * DAY), STATION: (2 * DAY, 4 * DAY), CENTRE: (2 * DAY, 4 * DAY)}
LOAD_MAX = {POINT: 60, STATION: 200, CENTRE: 400}
KM_AN_HOUR = 40
TO_CALL = (2 * HOUR, 20 * HOUR)  # a truck calls at other sites on its way
TO_VOID = (10 * MINUTE, 90 * MINUTE)
TO_RETURN = (20 * MINUTE, 60 * MINUTE)
TO_COME_UPON = (1 * HOUR, 30 * HOUR)
TO_REPORT = (30 * MINUTE, 6 * HOUR)  # by a sender who was out of reach, after the receiver did
REASONS = ("damaged", "leaking", "wrong_item", "no_paperwork")


@dataclass(slots=True)
class Load:
    """A consignment as it is: `absent` is only on paper, `extra` and `stray` only on the truck."""

    number: str
    sender: Site
    receiver: Site
    present: list[Pack]
    absent: list[Pack]
    extra: list[Pack]
    stray: list[Pack]
    returns: str | None = None

    @property
    def listed(self) -> list[Pack]:
        """What the sender says is in it."""
        return self.present + self.absent


class Trucks:
    """The rounds that carry batteries one tier on, and the way back for what is rejected."""

    def __init__(self, network: Network, yards: Yards) -> None:
        self.network = network
        self.yards = yards
        self.desk = yards.desk
        self.agenda = yards.desk.agenda
        self.rng = yards.desk.rng

    def start(self, first_day: Millis) -> None:
        """Put the first round of every site that feeds another on the agenda."""
        for site in self.network.sites:
            if site.feeds:
                _, longest = PERIOD[site.kind]
                first = at_work(first_day + self.rng.randrange(longest))
                self.agenda.at(first, self._call_at, site)

    def _call_at(self, site: Site) -> None:
        self.agenda.at(at_work(self._after(PERIOD[site.kind])), self._call_at, site)
        stock = self.yards.stock.get(site.id)
        if not stock or site.feeds is None:
            return
        most = LOAD_MAX[site.kind]
        packs, self.yards.stock[site.id] = stock[:most], stock[most:]
        load = self._loaded(site, self.network.by_id[site.feeds], packs)
        if self.rng.random() < rates.WRONG:
            wrong = self._dispatch(load, at_work(self._after(TO_CALL)))
            self.agenda.at(self._after(TO_VOID), self._void, load, wrong)
        else:
            self._send(load)

    def _loaded(self, sender: Site, receiver: Site, packs: list[Pack]) -> Load:
        load = Load(self.desk.new_consignment(sender), sender, receiver, [], [], [], [])
        fates = (load.absent, load.extra, load.stray, load.present)
        often = (rates.MISSING, rates.EXTRA, rates.STRAY)
        for pack in packs:
            self.rng.choices(fates, [*often, 1 - sum(often)])[0].append(pack)
        if not load.listed:  # nobody sends an empty list
            load.present, load.extra, load.stray = packs, [], []
        return load

    def _send(self, load: Load) -> None:
        drive = kilometres(load.sender.county, load.receiver.county) * HOUR // KM_AN_HOUR
        arrival = at_work(self._after(TO_CALL) + int(drive))
        self._dispatch(load, arrival)
        if self.rng.random() < rates.OUT_OF_ORDER:
            self.desk.out_of_reach(load.sender, arrival + self.rng.randint(*TO_REPORT))
        self.agenda.at(arrival, self._receive, load)

    def _dispatch(self, load: Load, expected_at: Millis) -> str:
        carrier = load.sender.carrier or load.receiver.carrier
        back = {"returns": load.returns} if load.returns else {}
        return self.desk.record(
            load.sender,
            "dispatch",
            consignment=load.number,
            batteries=[pack.ref for pack in load.listed],
            to_site=load.receiver.id,
            carrier=carrier,
            un_number="3480",
            packing_instruction="P909",
            gross_mass_g=sum(pack.mass_g for pack in load.listed) * 108 // 100,
            expected_at=local(expected_at),
            **back,
        )

    def _void(self, load: Load, target: str) -> None:
        self.desk.record(load.sender, "void", target=target, reason="did_not_occur")
        packs = load.listed + load.extra + load.stray
        self.yards.stock[load.sender.id].extend(packs)

    def _receive(self, load: Load) -> None:
        rejected = []
        if not load.returns:
            rejected = [pack for pack in load.present if self.rng.random() < rates.REJECTED]
        accepted = [pack for pack in load.present if pack not in rejected]
        self._book_in(load, accepted, rejected)
        for pack in accepted + load.extra:
            self.yards.arrive(load.receiver, pack)
        for pack in load.stray:
            found = at_work(self._after(TO_COME_UPON))
            self.agenda.at(found, self.yards.come_upon, load.receiver, pack)
        # Of those that were listed and did not come, half had been left behind.
        left_behind = [pack for pack in load.absent if self.rng.random() < 0.5]
        self.yards.stock[load.sender.id].extend(left_behind)
        if rejected:
            self.agenda.at(self._after(TO_RETURN), self._return, load, rejected)

    def _book_in(self, load: Load, accepted: list[Pack], rejected: list[Pack]) -> None:
        reasons = self.rng.choices(REASONS, k=len(rejected))
        lists = {
            "rejected": [
                {"battery": pack.ref, "reason": reason}
                for pack, reason in zip(rejected, reasons, strict=True)
            ],
            "missing": [pack.ref for pack in load.absent],
            "extra": [pack.ref for pack in load.extra],
        }
        self.desk.record(
            load.receiver,
            "receive",
            consignment=load.number,
            accepted=[pack.ref for pack in accepted],
            **{name: refs for name, refs in lists.items() if refs},
            seals_intact=not load.absent,
            net_mass_g=sum(pack.mass_g for pack in accepted + load.extra),
        )

    def _return(self, load: Load, packs: list[Pack]) -> None:
        number = self.desk.new_consignment(load.receiver)
        back = Load(number, load.receiver, load.sender, packs, [], [], [], returns=load.number)
        self._send(back)

    def _after(self, wait: tuple[Millis, Millis]) -> Millis:
        return self.agenda.now + self.rng.randint(*wait)
