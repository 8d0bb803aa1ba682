"""Who asks: in which role, for whom, and how do we know?"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from custody.access.scope import EVERYTHING, Scope, prefix
from custody.terms import Millis

Role = Literal["admin", "terminal", "auditor", "integrator", "operator", "carrier", "authority"]
"""admin keeps the registry; terminal is a device of one site; auditor and integrator read, all of
it or a part; operator is the people of a site or an organisation; carrier an organisation that has
what it carries; authority reads its division."""

ROLES: Final[tuple[Role, ...]] = get_args(Role)

How = Literal["key", "token", "signature", "proxy"]
"""A key of ours, a token of an identity provider, a signed request, or a proxy's word."""

FOLLOWING: Final = frozenset[Role]({"auditor", "integrator", "authority"})
"""Who answers for an area or watches it, and so sees what left it until it has arrived."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whoever asks."""

    id: str
    role: Role
    site: str | None = None
    terminal: str | None = None
    organisation: str | None = None
    division: str | None = None
    how: How = "key"
    name: str | None = None
    since: Millis | None = None
    """When its key was made; None of what was not made by us."""

    @property
    def scope(self) -> Scope:
        """What part of the network is its to see."""
        if self.role == "admin":
            return EVERYTHING
        return Scope(
            self.site,
            self.organisation,
            None if self.division is None else prefix(self.division),
            self.organisation if self.role == "carrier" else None,
            self.role in FOLLOWING,
        )
