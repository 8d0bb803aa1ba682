"""Where may we be sent? Anybody's subscription makes us connect to what it names.

A receiver is on the open internet, unless the operator has named the network it lies in. So nobody
makes us ask our own database, our neighbours, or what a cloud tells its machines.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from custody.terms import FieldError

Address: TypeAlias = IPv4Address | IPv6Address
Networks: TypeAlias = Sequence[IPv4Network | IPv6Network]

URL_MAX: Final = 2_000
"""Characters of a receiver's URL."""

PORT_MIN: Final = 1_024
"""The lowest port besides 443 that a receiver outside the named networks may listen on: below it
are the services of other protocols."""

PORT_REFUSED: Final = "port not allowed"

_OPEN_V6: Final = ip_network("2000::/3")
_NAT64: Final = ip_network("64:ff9b::/96")
_CLOSED: Final = tuple(
    ip_network(one)
    for one in (
        "0.0.0.0/8", "100.64.0.0/10", "168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24",
        "198.18.0.0/15", "224.0.0.0/3",
        "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16",
    )
)  # fmt: skip
"""Beyond what the library knows not to be global: shared, relays, benchmarks, documentation, and a
public address at which one cloud tells its machines secrets."""


def may_connect(address: Address, networks: Networks) -> bool:
    """Tell whether an address is one that we may be sent to."""
    if any(address in one for one in networks if one.version == address.version):
        return True
    inner = _within(address)
    if inner is not None:
        return may_connect(inner, networks)
    if isinstance(address, IPv6Address) and address not in _OPEN_V6:
        return False
    closed = any(address in one for one in _CLOSED if one.version == address.version)
    return address.is_global and not address.is_multicast and not closed


def is_named(address: Address, networks: Networks) -> bool:
    """Tell whether an address lies in a network that the operator has named."""
    inner = _within(address)
    return any(
        one in network
        for one in (address, *([] if inner is None else [inner]))
        for network in networks
        if network.version == one.version
    )


def _within(address: Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def read(text: str) -> Address | None:
    """Read an address; None of what is none. A zone is none of an address we may be sent to."""
    try:
        return ip_address(text)
    except ValueError:
        return None


def complaint(url: str, networks: Networks) -> FieldError | None:
    """Say what is wrong with a receiver's URL as it is written, if anything."""
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return _wrong("an address in ASCII without blanks", "仅含 ASCII 字符且无空格的地址")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return _wrong("a URL", "网址")
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return _wrong(
            "a URL that begins with https:// and a host", "以 https:// 和主机名开头的网址"
        )
    if parts.scheme == "http" and not networks:
        return _https()
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        return _wrong("a URL without a user or a password", "不含用户名和密码的网址")
    if "#" in url:
        return _wrong("a URL without a fragment", "不含 # 片段的网址")
    if port == 0:
        return _wrong("a port that can be listened on", "可用的端口")
    address = read(parts.hostname)
    if address is not None and not may_connect(address, networks):
        return closed()
    may_be_named = bool(networks) and (address is None or is_named(address, networks))
    if parts.scheme == "http" and not may_be_named:
        return _https()
    if port is not None and not (may_be_named or _is_open(port)):
        return wrong_port()
    return None


def refusal(scheme: str, port: int, found: Sequence[Address], networks: Networks) -> str | None:
    """Say why a receiver that was found at some addresses is not connected to, if so."""
    if not found:
        return "no address"
    if not all(may_connect(one, networks) for one in found):
        return "address not allowed"
    if all(is_named(one, networks) for one in found):
        return None
    if scheme != "https":
        return "http is allowed in named networks alone"
    return None if _is_open(port) else PORT_REFUSED


def _is_open(port: int) -> bool:
    """Tell whether a receiver outside the named networks may listen on a port."""
    return port == 443 or port >= PORT_MIN


def wrong_port() -> FieldError:
    """Complain of a port that we are not sent to."""
    return _wrong(
        f"port 443, or one from {PORT_MIN} on, outside the networks that CUSTODY_PUSH_NETWORKS "
        "names",
        f"端口 443，或不小于 {PORT_MIN} 的端口（CUSTODY_PUSH_NETWORKS 所列网段除外）",
    )


def _https() -> FieldError:
    return _wrong(
        "https; http goes only into a network that CUSTODY_PUSH_NETWORKS names",
        "https；http 仅可用于 CUSTODY_PUSH_NETWORKS 所列网段",
    )


def closed() -> FieldError:
    """Complain of an address that we may not be sent to."""
    return _wrong(
        "a receiver on the open internet, or in a network that CUSTODY_PUSH_NETWORKS names",
        "公网上的接收方，或 CUSTODY_PUSH_NETWORKS 所列网段内的接收方",
    )


def _wrong(expected: str, expected_zh: str) -> FieldError:
    told = {"detail": f"Expected {expected}.", "detail_zh": f"应为{expected_zh}。"}
    return FieldError("/url", "url_not_allowed", told)
