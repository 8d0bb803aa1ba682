"""What of the network may this asker see, and is the thing asked for part of it?"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from starlette.requests import Request

from custody.access import EVERYTHING, WHOLE, Action, Place, Resource, Scope, Subject, can
from custody.api.auth import insist
from custody.api.desk import Desk, at_hand
from custody.events.fact import Fact
from custody.projections import territory
from custody.projections.freshness import snapshot
from custody.terms import Position


@contextmanager
def moment(request: Request, subject: Subject) -> Iterator[tuple[Connection, Position]]:
    """Read at one moment what is the asker's to see: for lists and sums.

    The queries have their condition; where the database keeps a second net, it hangs as well.
    """
    desk = at_hand(request)
    with snapshot(desk.engine, guarded(desk, subject)) as read:
        yield read


def guarded(desk: Desk, subject: Subject) -> Scope:
    """Return what the database is to show this asker by itself; everything where it cannot."""
    return subject.scope if desk.guarded else EVERYTHING


def may(subject: Subject, action: Action, resource: Resource) -> None:
    """Raise Refused unless the asker may do this there."""
    insist(subject, can(subject, action, resource))


def may_at(connection: Connection, subject: Subject, action: Action, *sites: str | None) -> None:
    """Raise Refused unless the asker may do this at one of the sites; with none named, at all."""
    named = [site for site in sites if site is not None]
    may(subject, action, at(connection, subject, named) if named else WHOLE)


def may_now(desk: Desk, subject: Subject, action: Action, site: str) -> None:
    """Raise Refused unless the asker may do this at a site, as it is registered now."""
    with snapshot(desk.engine) as (connection, _):
        may_at(connection, subject, action, site)


def carriers(fact: Fact) -> tuple[str, ...]:
    """Name the carriers that a fact tells of."""
    named = (getattr(fact, name, None) for name in ("carrier", "from_carrier", "to_carrier"))
    return tuple(carrier for carrier in named if carrier)


def at(connection: Connection, subject: Subject, sites: Collection[str]) -> Resource:
    """Return what stands at some sites."""
    return Resource(tuple(places(connection, subject, sites)))


def places(connection: Connection, subject: Subject, sites: Collection[str | None]) -> list[Place]:
    """Say of each site whose it is and where it lies, if that matters to who asks."""
    named = [site for site in sites if site is not None]
    scope = subject.scope
    if scope.organisation is scope.division is None:
        return [Place(site) for site in named]
    return territory.places(connection, named)
