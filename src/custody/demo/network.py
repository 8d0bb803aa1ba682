"""Which network do so many sites make, anywhere in the country: who founds which site where?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from math import ceil
from random import Random

from custody.codes import make_uscc
from custody.demo.places import County, counties, kilometres, nearest
from custody.demo.sites import (
    BASE,
    CENTRE,
    DISPOSAL,
    PLANT,
    POINT,
    RECYCLER,
    STATION,
    USE,
    Network,
    Organisation,
    Site,
)

SITES = 60
SITES_MIN = 10
SITES_MAX = 60_000

# Of the sites, how many are of a kind; at least one, and all others are collection points.
SHARES = {
    BASE: 0.004,
    PLANT: 0.001,
    RECYCLER: 0.002,
    DISPOSAL: 0.001,
    CENTRE: 0.02,
    STATION: 0.08,
}
CAPACITY_T = {
    POINT: (5,),
    STATION: (15, 20),
    CENTRE: (30, 60, 100),
    BASE: (200, 300),
    PLANT: (50,),
    RECYCLER: (500, 1000),
    DISPOSAL: (100,),
}
CABINET_G = 200_000  # of the one point that is no more than a cabinet
AREA_COUNTIES = 6  # that bring their batteries to one sorting centre
AREA_REACH_KM = 150  # no farther than a truck goes and returns in a day
POINTS_OF_ONE_OWNER = 8
REMOTE_EVERY = 12  # points
HAULERS = 2

__all__ = ["SITES", "SITES_MAX", "SITES_MIN", "Network", "Organisation", "Site", "build"]

STREETS = ("人民路", "解放路", "建设路", "新华街", "中山路", "和平里", "文化路", "站前街")
WORDS = ["绿循", "青环", "宁源", "禾再", "明川", "安序", "同泽", "远归"]
NAMES = {
    POINT: "{county}{street}{number}号电动自行车电池回收点",
    STATION: "{county}废旧电池中转站",
    CENTRE: "{county}废旧电池分拣中心",
    BASE: "{county}废旧电池拆解基地",
    PLANT: "{county}梯次利用工厂",
    RECYCLER: "{county}再生利用工厂",
    DISPOSAL: "{county}残渣处置场",
}


def build(sites: int, seed: int) -> Network:
    """Found a network of so many sites; the same arguments found the same one."""
    if not SITES_MIN <= sites <= SITES_MAX:
        raise ValueError(f"a network has {SITES_MIN} to {SITES_MAX} sites, not {sites}")
    founding = _Founding(seed, Random(f"network {seed}"))
    number = {kind: ceil(share * sites) for kind, share in SHARES.items()}
    number[POINT] = sites - sum(number.values())
    areas = founding.areas(number[CENTRE])
    bases = founding.utilisation(areas, number)
    for i, area in enumerate(areas):
        stations, points = (
            number[kind] // len(areas) + (i < number[kind] % len(areas))
            for kind in (STATION, POINT)
        )
        founding.settle(area, bases, stations, points)
    return Network(tuple(founding.organisations), tuple(founding.sites), tuple(founding.haulers))


@dataclass
class _Founding:
    """A network on its way: who has been founded so far."""

    seed: int
    rng: Random
    organisations: list[Organisation] = field(default_factory=list)
    sites: list[Site] = field(default_factory=list)
    haulers: list[str] = field(default_factory=list)
    _numbers: dict[str, Iterator[int]] = field(default_factory=dict)
    _points: Iterator[int] = field(default_factory=count)

    def areas(self, number: int) -> list[list[County]]:
        """Choose counties for the sorting centres, each first among the neighbours that feed it."""
        everywhere = counties()
        areas: list[list[County]] = []
        for county in self.rng.sample(everywhere, len(everywhere)):
            area = nearest(county, everywhere, AREA_COUNTIES)
            if kilometres(county, area[-1]) <= AREA_REACH_KM:
                areas.append(area)
            if len(areas) == number:
                break
        return areas

    def utilisation(self, areas: list[list[County]], number: dict[str, int]) -> list[Site]:
        """Found what comes after sorting, near some centre; return the dismantling bases."""
        self.haulers = [
            self._organisation(self.rng.choice(areas)[0], "干线危险货物运输有限公司")
            for _ in range(HAULERS)
        ]
        found: dict[str, list[Site]] = {}
        for kind in (DISPOSAL, RECYCLER, PLANT, BASE):  # those first whom others feed
            found[kind] = []
            for i in range(number[kind]):
                county = self.rng.choice(self.rng.choice(areas))
                owner = self._organisation(county, "循环科技有限公司")
                feeds = _closest(county, found[RECYCLER]).id if kind == BASE else None
                licences = (f"second_life:{USE}",) if kind == PLANT and i == 0 else ()
                founded = self._site(kind, county, owner, self.haulers[0], feeds, licences)
                found[kind].append(founded)
        return found[BASE]

    def settle(self, area: list[County], bases: list[Site], stations: int, points: int) -> None:
        """Found a sorting centre, its transfer stations, and the points that feed these."""
        operator = self._organisation(area[0], "再生资源有限公司")
        carrier = self._organisation(area[0], "危险货物运输有限公司")
        base = _closest(area[0], bases)
        centre = self._site(CENTRE, area[0], operator, carrier, base.id)
        between = [
            self._site(STATION, area[i % len(area)], operator, carrier, centre.id)
            for i in range(stations)
        ]
        owner = ""
        for i in range(points):
            county = self.rng.choice(area)
            if i % POINTS_OF_ONE_OWNER == 0:
                owner = self._organisation(county, "电动自行车有限公司")
            self._site(POINT, county, owner, carrier, _closest(county, between).id)

    def _organisation(self, county: County, trade: str) -> str:
        code = make_uscc(county.division, len(self.organisations) + 1)
        name = f"{county.name}{self.rng.choice(WORDS)}{trade}"
        self.organisations.append(Organisation(code, name))
        return code

    def _site(
        self,
        kind: str,
        county: County,
        owner: str,
        carrier: str,
        feeds: str | None = None,
        licences: tuple[str, ...] = (),
    ) -> Site:
        number = next(self._numbers.setdefault(county.division, count(1)))
        street = self.rng.choice(STREETS)
        name = NAMES[kind].format(county=county.name, street=street, number=number)
        capacity_g = self.rng.choice(CAPACITY_T[kind]) * 1_000_000
        nth = next(self._points) if kind == POINT else None
        if nth == 0:
            name, capacity_g = f"{county.name}{street}电池回收柜", CABINET_G
        id_ = f"{county.division}-{number:04}"
        secret = sha256(f"device {self.seed} {id_}".encode()).digest()
        site = Site(
            *(id_, kind, name, county, owner, capacity_g, carrier, secret, feeds, licences),
            is_remote=nth is not None and nth % REMOTE_EVERY == 1,
        )
        self.sites.append(site)
        return site


def _closest(county: County, sites: list[Site]) -> Site:
    return min(sites, key=lambda site: kilometres(county, site.county))
