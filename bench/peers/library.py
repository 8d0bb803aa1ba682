"""How would one write this with the `eventsourcing` library, the obvious way?"""

from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from sqlalchemy.engine import make_url

from bench.peers.movements import (
    AnyMovement,
    Dispatch,
    DropOff,
    Inspect,
    Receive,
    Store,
    adapter,
)


class Battery(Aggregate):
    """One battery: where it is, and what was measured."""

    @event("DroppedOff")
    def __init__(self, ref: str, site: str, chemistry: str, mass_g: int) -> None:
        self.ref = ref
        self.site: str | None = site
        self.state = "in_stock"
        self.chemistry = chemistry
        self.mass_g = mass_g
        self.place = ""
        self.verdict = ""

    @staticmethod
    @cache
    def create_id(ref: str) -> UUID:
        """Derive the aggregate's id from what is printed on the battery."""
        return uuid5(NAMESPACE_URL, ref)

    @event("Stored")
    def store(self, place: str) -> None:
        """Put it into a place."""
        self.place = place

    @event("Inspected")
    def inspect(self, verdict: str) -> None:
        """Say what an inspection came to."""
        self.verdict = verdict

    @event("Dispatched")
    def dispatch(self, consignment: str) -> None:
        """Let it leave."""
        self.site, self.state = None, "in_transit"

    @event("Received")
    def receive(self, site: str) -> None:
        """Let it arrive."""
        self.site, self.state = site, "in_stock"


class Consignment(Aggregate):
    """One consignment: what left, and what arrived."""

    @event("Dispatched")
    def __init__(self, no: str, batteries: list[str], to_site: str, carrier: str) -> None:
        self.no = no
        self.batteries = batteries
        self.to_site = to_site
        self.carrier = carrier
        self.accepted: list[str] = []

    @staticmethod
    def create_id(no: str) -> UUID:
        """Derive the aggregate's id from the consignment's number."""
        return uuid5(NAMESPACE_URL, no)

    @event("Received")
    def receive(self, accepted: list[str]) -> None:
        """Note what arrived."""
        self.accepted = accepted


class Collection(Application[UUID]):
    """Records movements: all of a request at once."""

    name = "collection"

    def record(self, movements: Iterable[bytes]) -> int:
        """Let each movement happen to its aggregates, and save them together."""
        touched: dict[UUID, Any] = {}
        for data in movements:
            self._apply(adapter.validate_json(data), touched)
        self.save(*touched.values())
        return len(touched)

    def happen(self, fact: AnyMovement) -> None:
        """Let one movement happen."""
        touched: dict[UUID, Any] = {}
        self._apply(fact, touched)
        self.save(*touched.values())

    def _apply(self, fact: AnyMovement, touched: dict[UUID, Any]) -> None:
        match fact:
            case DropOff(battery=pack):
                new = Battery(pack.code, fact.site, pack.chemistry, pack.mass_g)
                touched[new.id] = new
            case Store():
                for ref in fact.batteries:
                    self._battery(ref, touched).store(fact.place)
            case Inspect():
                self._battery(fact.battery, touched).inspect(fact.verdict)
            case Dispatch():
                sent = Consignment(fact.consignment, fact.batteries, fact.to_site, fact.carrier)
                touched[sent.id] = sent
                for ref in fact.batteries:
                    self._battery(ref, touched).dispatch(fact.consignment)
            case Receive():
                consignment = self._known(Consignment.create_id(fact.consignment), touched)
                consignment.receive(fact.accepted)
                for ref in fact.accepted:
                    self._battery(ref, touched).receive(fact.site)

    def _battery(self, ref: str, touched: dict[UUID, Any]) -> Any:
        return self._known(Battery.create_id(ref), touched)

    def _known(self, id_: UUID, touched: dict[UUID, Any]) -> Any:
        if id_ not in touched:
            touched[id_] = self.repository.get(id_)
        return touched[id_]


def environment(url: str) -> dict[str, str]:
    """Tell the library where its database is."""
    parsed = make_url(url)
    if parsed.drivername == "sqlite":
        return {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(parsed.database),
        }
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(parsed.database),
        "POSTGRES_HOST": str(parsed.host),
        "POSTGRES_PORT": str(parsed.port),
        "POSTGRES_USER": str(parsed.username),
        "POSTGRES_PASSWORD": str(parsed.password),
        # As many as FastAPI has threads for `def` routes: none waits for a connection.
        "POSTGRES_POOL_SIZE": "20",
        "POSTGRES_MAX_OVERFLOW": "20",
    }
