"""Which headers keep an answer from misuse, and how long may those of a request be?"""

from starlette.requests import Request
from starlette.types import Scope

from custody.api.serving import Serving
from custody.terms import Refused

HEADER_BYTES_MAX = 16 * 1024
TARGET_BYTES_MAX = 8 * 1024
"""Of a path and its query together."""

HSTS_S = 365 * 24 * 3600

Headers = list[tuple[bytes, bytes]]

_ALWAYS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]
_UNLESS_SAID: Headers = [
    # Nearly every answer is for its asker alone; a route whose answer is for all says so itself.
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]
_ALL: Headers = _ALWAYS + _UNLESS_SAID
_SAYABLE = frozenset(name for name, _ in _UNLESS_SAID)
_OVER_TLS = (b"strict-transport-security", b"max-age=%d" % HSTS_S)


def guard(headers: Headers, said: set[bytes], scope: Scope, serving: Serving) -> None:
    """Add to an answer's headers what every answer has; `said`: the names of those it has."""
    headers += _ALL if said.isdisjoint(_SAYABLE) else _left_unsaid(said)
    if serving.trusted_proxies and _came_over_tls(scope, serving):
        headers.append(_OVER_TLS)


def bounded(scope: Scope) -> Refused | None:
    """Say what is too long about a request before anything looks at it; None if nothing is."""
    if len(scope["raw_path"]) + len(scope["query_string"]) > TARGET_BYTES_MAX:
        return Refused("query_too_long", bytes=TARGET_BYTES_MAX)
    if sum([len(name) + len(value) for name, value in scope["headers"]]) > HEADER_BYTES_MAX:
        return Refused("headers_too_large", bytes=HEADER_BYTES_MAX)
    return None


def _left_unsaid(said: set[bytes]) -> Headers:
    return _ALWAYS + [header for header in _UNLESS_SAID if header[0] not in said]


def _came_over_tls(scope: Scope, serving: Serving) -> bool:
    """Tell whether a proxy that is believed says that the asker reached it over TLS."""
    peer = scope.get("client")
    if not serving.trusts(peer[0] if peer else None):
        return False
    return Request(scope).headers.get("x-forwarded-proto", "").lower() == "https"
