"""How do batteries end: taken apart, recycled, or in a second life, and the rest disposed of?"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import count

from custody.codes.tag import COUNTER_MAX
from custody.demo import matter, packs, rates
from custody.demo.agenda import at_work
from custody.demo.desk import Wait
from custody.demo.keeping import Keeping
from custody.demo.packs import Pack
from custody.demo.sites import DISPOSAL, POINT, RECYCLER, USE, Network, Site
from custody.terms import DAY, HOUR, MINUTE, Millis

TO_DISMANTLE: Wait = (12 * HOUR, 4 * DAY)
TO_WEIGH: Wait = (5 * MINUTE, 40 * MINUTE)
TO_REPURPOSE: Wait = (1 * DAY, 3 * DAY)
TO_SCAN_AGAIN: Wait = (1 * DAY, 8 * DAY)
CAMPAIGN: Wait = (3 * DAY, 5 * DAY)
DISPOSAL_ROUND: Wait = (6 * DAY, 8 * DAY)
CAMPAIGN_MAX = 500  # batteries
PROCESSES = ("破碎分选-湿法", "火法-湿法联合")


class Plants:
    """The bases, recyclers and plants, and the heaps of matter at them."""

    def __init__(self, network: Network, keeping: Keeping) -> None:
        self.network = network
        self.keeping = keeping
        self.yards = keeping.yards
        self.desk = keeping.desk
        self._cells_g: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._residue_g: Counter[str] = Counter()
        self._numbers: Iterator[int] = count(1)

    def start(self, first_day: Millis) -> None:
        """Put the first campaign of each recycler and disposal site on the agenda."""
        for kind, wait, act in (
            (RECYCLER, CAMPAIGN, self._recycle),
            (DISPOSAL, DISPOSAL_ROUND, self._dispose),
        ):
            for site in self.network.of_kind(kind):
                first = at_work(first_day + 7 * DAY + self.desk.rng.randrange(wait[1]))
                self.desk.agenda.at(first, act, site)

    def at_the_base(self, site: Site, arrived: Sequence[Pack]) -> None:
        """Put away what has come, and take each battery apart in its turn."""
        self.keeping.put_away(site, arrived)
        for pack in arrived:
            self.desk.later(TO_DISMANTLE, self._dismantle, site, pack)

    def at_the_plant(self, site: Site, arrived: Sequence[Pack]) -> None:
        """Put away what has come, and give each battery a second life that is fit for one."""
        self.keeping.put_away(site, arrived)
        for pack in arrived:
            self.desk.later(TO_REPURPOSE, self._repurpose, site, pack)

    def at_the_recycler(self, site: Site, arrived: Sequence[Pack]) -> None:
        """Put away what has come; it goes into the next campaign, whole or taken apart."""
        self.keeping.put_away(site, arrived)
        for pack in arrived:
            apart = not pack.is_module and self.desk.rng.random() < rates.APART_AT_THE_RECYCLER
            if apart:
                self.desk.later(TO_DISMANTLE, self._dismantle, site, pack)
            pack.ready = not apart

    def _dismantle(self, site: Site, pack: Pack) -> None:
        if not self.yards.has(site, pack):
            return
        self.yards.take(site, [pack])
        rng = self.desk.rng
        came_out = matter.take_apart(rng, self.desk.seldom, pack)
        modules = [] if site.kind == RECYCLER else matter.modules_of(rng, pack, self.desk.now)
        cells = next(one for one in came_out["outputs"] if one["fraction"] == "cells")
        if modules:
            cells["fraction"] = "modules"
            came_out["children"] = [module.ref for module in modules]
            self.yards.put(site, modules)
            for module in modules:
                self.desk.soon(TO_WEIGH, self._weigh, site, module)
        else:
            self._cells_g[site.id][pack.chemistry] += cells["mass_g"]
        self.desk.record(site, "dismantle", battery=pack.ref, **came_out)
        self.desk.notice("dismantled", pack.ref)
        if rng.random() < rates.AFTER_THE_END:
            point = rng.choice(self.network.of_kind(POINT))
            self.desk.later(TO_SCAN_AGAIN, self._scan_again, point, pack)

    def _weigh(self, site: Site, module: Pack) -> None:
        """Weigh and measure a module, of which nothing is known but its code."""
        verdict = "scrap" if module.is_worn_out else "pass"
        measured = self.keeping.measure(module)
        self.desk.record(
            site, "inspect", battery=module.ref, verdict=verdict, mass_g=module.mass_g, **measured
        )
        module.ready = True

    def _scan_again(self, point: Site, pack: Pack) -> None:
        """Read the code of a battery that is no more off some other pack."""
        self.desk.record(
            point, "inspect", battery=pack.ref, verdict="treat", **self.keeping.measure(pack)
        )

    def _repurpose(self, site: Site, pack: Pack) -> None:
        if not self.yards.has(site, pack):
            return
        number = next(self._numbers) % (COUNTER_MAX + 1)
        rng, now = self.desk.rng, self.desk.now
        new_code = packs.code(rng, pack.chemistry, number, now, new=True)
        measured = self.keeping.measure(pack)
        self.desk.record(
            site, "grade", battery=pack.ref, grade="A", route="second_life", **measured
        )
        self.desk.record(site, "second_life", battery=pack.ref, use=USE, new_code=new_code)
        self.desk.notice("second_life", pack.ref)
        pack.ref = new_code  # a product now, which leaves these books when it is sold

    def _recycle(self, site: Site) -> None:
        """Run a campaign with all whole packs and modules that came, and the cells besides."""
        self.desk.later(CAMPAIGN, self._recycle, site)
        whole = self.yards.ready(site)[:CAMPAIGN_MAX]
        cells_g = self._cells_g.pop(site.id, Counter())
        mass_g = Counter(cells_g)
        for pack in whole:
            mass_g[pack.chemistry] += pack.mass_g
        if not mass_g:
            return
        self.yards.take(site, whole)
        cells = {"inputs": [{"fraction": "cells", "mass_g": cells_g.total()}]}
        batteries = {"batteries": [pack.ref for pack in whole]}
        self.desk.record(
            site,
            "recover",
            process=self.desk.rng.choice(PROCESSES),
            outputs=matter.win_back(self.desk.rng, mass_g),
            **(cells if cells_g else {}),
            **(batteries if whole else {}),
        )
        disposal = self.network.closest(DISPOSAL, site.county)
        self._residue_g[disposal.id] += matter.residue_g(mass_g)

    def _dispose(self, site: Site) -> None:
        self.desk.later(DISPOSAL_ROUND, self._dispose, site)
        residue_g = self._residue_g.pop(site.id, 0)
        if residue_g:
            self.desk.record(
                site,
                "dispose",
                fractions=[{"fraction": "residue", "mass_g": residue_g}],
                certificate=f"处置-{site.id}-{next(self._numbers):04}",
            )
