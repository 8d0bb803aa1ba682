"""Which registered terminal is it that signs its requests, or shows a proxy its certificate?"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from custody.access import How, Subject
from custody.api import bodies
from custody.api.desk import Desk, at_hand
from custody.api.heads import as_asked
from custody.api.serving import Serving
from custody.events import TerminalRegistered
from custody.identity.certificates import named_by
from custody.identity.requests import Lines, Proved, Signed, proved
from custody.projections import registry
from custody.projections.freshness import snapshot
from custody.terms import Millis, Refused


async def by_signature(request: Request) -> Subject | None:
    """Return which terminal has signed a request with its registered key."""
    desk = at_hand(request)
    now = desk.clock()
    signed = _signed(request)
    shown = await run_in_threadpool(_proved, desk, signed, now)
    if shown is None:
        return None
    found, terminal = shown
    request.scope[bodies.CHECKED] = found.checks
    return _subject(terminal, "signature")


async def by_certificate(request: Request, said: str) -> Subject | None:
    """Return which terminal a proxy has let in by its certificate.

    Refuses the header from anywhere but a proxy that is trusted: whoever wrote it there lies.
    """
    if not _serving(request).trusts(_peer(request)):
        raise Refused("proxy_not_trusted")
    name = named_by(said)
    if name is None:
        return None
    desk = at_hand(request)
    terminal = await run_in_threadpool(_registered, desk, name, desk.clock())
    return None if terminal is None else _subject(terminal, "proxy")


def _proved(desk: Desk, signed: Signed, now: Millis) -> tuple[Proved, TerminalRegistered] | None:
    """Return whose a request is, if it was signed as it must be and comes for the first time."""
    terminal: TerminalRegistered | None = None

    def key_of(keyid: str) -> str | None:
        nonlocal terminal
        terminal = _registered(desk, keyid, now)
        return None if terminal is None else terminal.public_key

    found = proved(signed, key_of, now)
    if found is None or terminal is None or not desk.nonces.take(found, now):
        return None
    return found, terminal


def _registered(desk: Desk, name: str, now: Millis) -> TerminalRegistered | None:
    """Return a terminal as it is registered, unless it is not active now."""
    if "\0" in name:
        return None
    with snapshot(desk.engine) as (connection, _):
        body = registry.find(connection, f"terminal:{name}", now)
    if body is None:
        return None
    terminal = TerminalRegistered.model_validate(body)
    return terminal if terminal.holds_from <= now < terminal.holds_to else None


def _subject(terminal: TerminalRegistered, how: How) -> Subject:
    name = terminal.terminal
    return Subject(f"{how}:{name}", "terminal", terminal.site, name, how=how)


def _signed(request: Request) -> Signed:
    asked = as_asked(request.scope)
    lines = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in asked["headers"]]
    length = request.headers.get("content-length", "0")
    chunked = "transfer-encoding" in request.headers
    return Signed(
        asked["method"],
        _as_sent(request),
        Lines(lines),
        bool(request.scope["query_string"]),
        chunked or length != "0",
    )


def _as_sent(request: Request) -> str:
    """Write the address as the sender knew it: a trusted proxy says so, if it ended the TLS.

    Path and query stand in it letter for letter, as they were signed: decoded, they are others.
    """
    scheme, host = request.base_url.scheme, request.base_url.netloc
    if _serving(request).trusts(_peer(request)):
        scheme = request.headers.get("x-forwarded-proto", scheme)
        host = request.headers.get("x-forwarded-host", host)
    query = request.scope["query_string"]
    target = request.scope["raw_path"] + (b"?" + query if query else b"")
    return f"{scheme}://{host}{target.decode('latin-1')}"


def _serving(request: Request) -> Serving:
    serving: Serving = request.app.state.serving
    return serving


def _peer(request: Request) -> str | None:
    return request.client.host if request.client else None
