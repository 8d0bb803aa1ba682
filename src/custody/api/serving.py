"""Under which conditions is it served? What an operator may settle; the defaults are safe."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address

from custody.identity.issuer import Issuer
from custody.limits import (
    IN_FLIGHT_MAX,
    MOVEMENTS,
    QUERIES,
    STREAMS_MAX,
    Allowance,
    InFlight,
    Rates,
)
from custody.log.opening import Settings as LogSettings

BEGUN = "custody.begun"
"""Where a request keeps what counts it and whose it is, until it has ended."""


@dataclass(frozen=True, slots=True)
class Serving:
    """The conditions."""

    production: bool = False
    """Keys made for tests open nothing."""
    movements: Allowance = MOVEMENTS
    queries: Allowance = QUERIES
    in_flight: int = IN_FLIGHT_MAX
    """Requests that one key may have begun at once; 0 for no limit."""
    cors_origins: tuple[str, ...] = ()
    """Whose pages a browser lets read answers; without one, nobody's but our own."""
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """Where those stand whose word on who asks, and how, is believed."""

    push_networks: tuple[IPv4Network | IPv6Network, ...] | None = None
    """Networks other than the open internet that receivers may lie in; with None, this process
    never delivers to any."""
    log: LogSettings | None = None
    """How the verifiable log is signed; without it, this process never keeps one."""
    leaves_apart: bool = False
    """Whether a process of its own makes the log's leaves while there are many."""
    exports: str | None = None
    """The directory of exports that were asked for; every host that serves has to see it."""
    issuer: Issuer | None = None
    """Whose tokens tell who a person is."""

    def trusts(self, peer: str | None) -> bool:
        """Tell whether a request came from a proxy whose word is believed."""
        if peer is None or not self.trusted_proxies:
            return False
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self.trusted_proxies)


@dataclass(frozen=True, slots=True)
class Counted:
    """What each asker has asked for of this process."""

    movements: Rates
    queries: Rates
    in_flight: InFlight
    streams: InFlight


DEFAULT = Serving()


def counted(serving: Serving) -> Counted:
    """Begin to count."""
    return Counted(
        Rates(serving.movements),
        Rates(serving.queries),
        InFlight(serving.in_flight),
        InFlight(STREAMS_MAX),
    )
