"""What do sites post on a day? Made up, each movement new and following from those before."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from random import Random
from typing import Any

import orjson

from custody.codes import consignment_no, gbt34014, make_uscc
from custody.demo.terminal import local, uuid7
from custody.events import (
    OrganisationRegistered,
    Registration,
    RouteRegistered,
    SiteRegistered,
)
from custody.events.vocabulary import SiteKind
from custody.terms import Millis

BATTERIES = 20  # in a consignment
GROUP = 3 * BATTERIES + 2  # dropped off, stored, inspected; dispatched; received
OWNER = make_uscc("330106", 1)
CARRIER = make_uscc("330106", 2)
BEGIN: Millis = 1_740_787_200_000  # in March 2025: behind any clock
SERIALS = 100_000  # consignments a seed has to itself
CODED = dt.date(2024, 5, 17)


@dataclass(frozen=True, slots=True)
class Sent:
    """What one site sends at once: the bytes of each of its movements."""

    site: str
    movements: list[bytes]

    def one_by_one(self) -> "list[Sent]":
        """Return the same movements, each in a request of its own."""
        return [Sent(self.site, [movement]) for movement in self.movements]

    @property
    def body(self) -> bytes:
        """The bytes of the request."""
        return b"[" + b",".join(self.movements) + b"]"


class Day:
    """A ring of sites: each takes in batteries and sends them on to the next, twenty at once."""

    def __init__(self, sites: int, seed: int = 0, group: int = 0) -> None:
        self.sites = [f"330106-{group:04}{number:05}" for number in range(sites)]
        self._rng = Random(f"day {seed}")
        self._seed = seed
        self._at = BEGIN
        self._batteries = 0
        self._consignments = 0
        self._previous: dict[str, str] = {}
        self._sequence: dict[str, int] = {}

    def registrations(self) -> Iterator[Registration]:
        """Yield who takes part."""
        for uscc in (OWNER, CARRIER):
            yield OrganisationRegistered(type="organisation_registered", uscc=uscc, name="循环科技")
        for site in self.sites:
            yield SiteRegistered(
                type="site_registered",
                site=site,
                kind="transfer_station",
                name=f"中转站{site}",
                division="330106",
                organisation=OWNER,
            )
        # What one site sends, the next receives: an ordinary day is not one of remarks.
        kind: SiteKind = "transfer_station"
        yield RouteRegistered(type="route_registered", from_kind=kind, to_kind=kind)

    def requests(self, count: int, size: int) -> list[Sent]:
        """Return requests of about so many movements; what one site sends, the next receives."""
        groups = max(1, size // GROUP)
        made = []
        on_the_road: list[tuple[str, list[str]]] = []
        for index in range(count):
            site, to_site = (self.sites[(index + i) % len(self.sites)] for i in (0, 1))
            movements = [self._receive(site, no, refs) for no, refs in on_the_road]
            on_the_road = []
            for _ in range(groups):
                refs = [self._ref() for _ in range(BATTERIES)]
                movements += [one for ref in refs for one in self._taken_in(site, ref)]
                no, left = self._dispatch(site, to_site, refs)
                movements.append(left)
                on_the_road.append((no, refs))
            made.append(Sent(site, movements))
        return made

    def life(self, facts: int) -> tuple[str, list[Sent]]:
        """Return a battery that is dropped off and looked at again and again at the first site."""
        site, ref = self.sites[0], self._ref()
        posted = [*self._taken_in(site, ref)]
        while len(posted) < facts:
            posted.append(self._inspect(site, ref))
        return ref, [Sent(site, posted)]

    def _taken_in(self, site: str, ref: str) -> Iterator[bytes]:
        described = {
            "code": ref,
            "chemistry": "lfp",
            "nominal_voltage_mv": 48_000,
            "rated_capacity_mah": 20_000,
            "mass_g": self._rng.randint(6_000, 12_000),
            "condition": ["intact"],
        }
        yield self._write(
            site, "drop_off", battery=described, channel="walk_in", depositor_kind="individual"
        )
        yield self._write(site, "store", batteries=[ref], place="A-03", **{"class": "normal"})
        yield self._inspect(site, ref)

    def _inspect(self, site: str, ref: str) -> bytes:
        return self._write(
            site, "inspect", battery=ref, verdict="pass", open_circuit_voltage_mv=47_200
        )

    def _dispatch(self, site: str, to_site: str, refs: list[str]) -> tuple[str, bytes]:
        self._consignments += 1
        no = consignment_no("330106", CODED, self._consignments + SERIALS * self._seed)
        return no, self._write(
            site, "dispatch", consignment=no, batteries=refs, to_site=to_site, carrier=CARRIER
        )

    def _receive(self, site: str, no: str, refs: list[str]) -> bytes:
        return self._write(site, "receive", consignment=no, accepted=refs, seals_intact=True)

    def _ref(self) -> str:
        self._batteries += 1
        trace = f"{self._seed:07}"
        code = gbt34014("ZX1", "P", "B", "48", trace, date=CODED, serial=self._batteries)
        return f"gbt34014:{code}"

    def _write(self, site: str, kind: str, **said: Any) -> bytes:
        self._at += 1_000
        self._sequence[site] = self._sequence.get(site, 0) + 1
        movement = {
            "id": uuid7(self._rng, self._at),
            "type": kind,
            "occurred_at": local(self._at),
            "site": site,
            "operator": "op-1",
            "capture": "scanned",
            "terminal_sequence": self._sequence[site],
            "previous": self._previous.get(site, "0" * 64),
            **said,
        }
        written = orjson.dumps(movement)
        self._previous[site] = sha256(written).hexdigest()
        return written
