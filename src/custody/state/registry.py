"""Who is registered, and what held of a party at an instant?"""

from custody.events import (
    OrganisationRegistered,
    Registration,
    RouteRegistered,
    SiteRegistered,
    TerminalRegistered,
)
from custody.events.registry import route
from custody.events.vocabulary import SiteKind
from custody.terms import Millis, Position, Subject


class Registry:
    """Every registration so far, up to a position of the ledger."""

    def __init__(self) -> None:
        self.position: Position = 0
        self._registrations: dict[Subject, list[Registration]] = {}

    def take_in(self, fact: Registration) -> None:
        """Take in one more registration; the order they come in is the ledger's."""
        self._registrations.setdefault(fact.party(), []).append(fact)

    def latest(self, party: Subject) -> Registration | None:
        """Return what was last registered of a party; None if nothing ever was."""
        registrations = self._registrations.get(party)
        return registrations[-1] if registrations else None

    def as_of(self, party: Subject, at: Millis) -> Registration | None:
        """Return what held of a party then: a later registration overrules from its start on."""
        for fact in reversed(self._registrations.get(party, ())):
            if fact.holds_from <= at:
                return fact
        return None

    def in_force(self, party: Subject, at: Millis) -> Registration | None:
        """Return what held of a party then, if it was active under it."""
        registration = self.as_of(party, at)
        return registration if registration is not None and at < registration.holds_to else None

    def is_active(self, party: Subject, at: Millis) -> bool:
        """Tell whether a party was registered and active at an instant."""
        return self.in_force(party, at) is not None

    def is_licensed(self, site: str, licence: str, at: Millis) -> bool:
        """Tell whether a site held a licence then: one that began later or had ended is none."""
        found = self.in_force(f"site:{site}", at)
        return isinstance(found, SiteRegistered) and licence in found.licences

    def route(
        self, from_kind: SiteKind, to_kind: SiteKind, division: str, at: Millis
    ) -> RouteRegistered | None:
        """Return what was registered of a route and in force then; the smallest area counts."""
        for prefix in (division, division[:4], division[:2], None):
            found = self.in_force(route(from_kind, to_kind, prefix), at)
            if found is not None:
                assert isinstance(found, RouteRegistered)
                return found
        return None

    def site(self, site: str, at: Millis) -> SiteRegistered | None:
        """Return what held of a site then, or what was last registered of it if nothing did."""
        party = f"site:{site}"
        found = self.as_of(party, at) or self.latest(party)
        assert found is None or isinstance(found, SiteRegistered)
        return found

    def latest_site(self, site: str) -> SiteRegistered | None:
        """Return what was last registered of a site."""
        found = self.latest(f"site:{site}")
        assert found is None or isinstance(found, SiteRegistered)
        return found

    def latest_organisation(self, uscc: str) -> OrganisationRegistered | None:
        """Return what was last registered of an organisation."""
        found = self.latest(f"organisation:{uscc}")
        assert found is None or isinstance(found, OrganisationRegistered)
        return found

    def latest_terminal(self, terminal: str) -> TerminalRegistered | None:
        """Return what was last registered of a terminal."""
        found = self.latest(f"terminal:{terminal}")
        assert found is None or isinstance(found, TerminalRegistered)
        return found
