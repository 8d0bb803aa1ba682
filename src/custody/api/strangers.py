"""Who asks for what is open to all? Nobody in particular: an address.

The log asks nobody who they are. Its readers share the threads and connections of those who work,
so each address has the share of one key.
"""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

from starlette.requests import Request

from custody.api import auth
from custody.api.desk import at_hand
from custody.api.serving import Serving

PREFIX_BITS: Final = 64
"""Of an IPv6 address, as many bits as count: whoever has one has all that share them."""


async def counted(request: Request) -> None:
    """Count a request among those of its address. Raises Refused if it is one too many."""
    address = f"address:{name_of(_address(request))}"
    rates = at_hand(request).counted
    auth.not_too_often(rates.queries, address)
    auth.count(request, address, rates.in_flight, "too_many_in_flight")


def _address(request: Request) -> str:
    """Return where a request comes from: a proxy that is believed says for whom it asks."""
    peer = request.client.host if request.client else ""
    serving: Serving = request.app.state.serving
    for hop in _hops(request):
        if not serving.trusts(peer):
            break
        peer = hop
    return peer


def _hops(request: Request) -> Iterator[str]:
    """Yield who asked whom, the nearest first, as X-Forwarded-For tells it."""
    for header in reversed(request.headers.getlist("x-forwarded-for")):
        yield from (hop.strip() for hop in reversed(header.split(",")))


def name_of(address: str) -> str:
    """Return by which name an address is counted."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    bits = found.max_prefixlen - PREFIX_BITS
    return f"{ip_address(int(found) >> bits << bits)}/{PREFIX_BITS}"
