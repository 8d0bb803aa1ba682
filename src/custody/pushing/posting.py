"""How is one delivery posted, to an address that we may be sent to and within a bounded time?

A name is looked up once for each delivery, every address it has is looked at, and one of those is
connected to: nobody can answer the check with one address and the connection with another. The name
stays what the certificate is checked against, and what the receiver reads in Host.
"""

import asyncio
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from ssl import SSLContext
from types import TracebackType
from typing import Final, Self

import httpx

from custody import __version__
from custody.pushing import addresses
from custody.pushing.addresses import Networks
from custody.pushing.answers import Answered
from custody.pushing.backoff import retry_after
from custody.pushing.resolving import Resolve, resolve
from custody.terms import Millis

CONNECT_S: Final = 5.0
TOTAL_S: Final = 15.0
"""How long an attempt may take, from looking up the name to the end of what is read."""

BODY_S: Final = 2.0
"""How long the beginning of an answer's body is waited for; what counts is its head."""

ANSWER_BYTES_MAX: Final = 1_024
"""Bytes of an answer's body that are read and shown."""

if find_spec("sniffio") is None:
    # The HTTP library looks for this one at each of its locks, four times a delivery. Where it is
    # not installed, all of Python's path would be searched for it each time.
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]

USER_AGENT: Final = f"custody/{__version__}"


class NotAllowed(httpx.TransportError):
    """The receiver is where we may not be sent to."""


@cache
def _context() -> SSLContext:
    return httpx.create_ssl_context()


class _Guarded(httpx.AsyncBaseTransport):
    """Connects to the addresses that were looked at, and to nothing else."""

    def __init__(self, networks: Networks, resolve_: Resolve, context: SSLContext) -> None:
        self._networks = networks
        self._resolve = resolve_
        self._inner = httpx.AsyncHTTPTransport(
            verify=context, limits=httpx.Limits(max_connections=1, max_keepalive_connections=1)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Look up, look at, and send."""
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = await self._resolve(url.host, port)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"cannot look up {url.host}: {error}") from error
        refusal = addresses.refusal(url.scheme, port, found, self._networks)
        if refusal is not None:
            raise NotAllowed(refusal)
        request.extensions = {**request.extensions, "sni_hostname": url.host}
        for address in found[:-1]:
            request.url = url.copy_with(host=str(address))
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await self._inner.handle_async_request(request)
        request.url = url.copy_with(host=str(found[-1]))
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


class Posting:
    """Posts to one receiver, over one connection as long as that lasts.

    Never over another's: a connection was made to a name, and two names may have one address.
    """

    def __init__(
        self,
        networks: Networks,
        *,
        resolve_: Resolve = resolve,
        total_s: float = TOTAL_S,
        context: SSLContext | None = None,
    ) -> None:
        self._total_s = total_s
        self._client = httpx.AsyncClient(
            transport=_Guarded(networks, resolve_, context or _context()),
            timeout=httpx.Timeout(total_s, connect=min(CONNECT_S, total_s)),
            trust_env=False,  # a proxy would connect to wherever it is told
            follow_redirects=False,
            headers={"user-agent": USER_AGENT, "accept-encoding": "identity"},
        )

    async def post(
        self, url: str, content: bytes, headers: Mapping[str, str], now: Millis
    ) -> Answered:
        """Post, and say what came of it; only being cancelled is raised."""
        begun = time.monotonic()
        head: httpx.Response | None = None
        body = bytearray()
        why = f"no answer within {self._total_s:g} s"
        try:
            async with (
                asyncio.timeout(self._total_s),
                self._client.stream("POST", url, content=content, headers=dict(headers)) as head,
                asyncio.timeout(BODY_S),
            ):
                await _read_beginning(head, body)
        except TimeoutError:
            pass
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            why = f"{type(error).__name__}: {error}"[:ANSWER_BYTES_MAX]
        took = int((time.monotonic() - begun) * 1000)
        if head is None:
            return Answered(None, why, None, took)
        # An answer whose head has come is one, whatever became of its rest, and of our time.
        after = retry_after(head.headers.get("retry-after", ""), now)
        return Answered(head.status_code, _shown(body), after, took)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()


async def _read_beginning(response: httpx.Response, into: bytearray) -> None:
    async for part in response.aiter_raw():
        into += part
        if len(into) >= ANSWER_BYTES_MAX:
            return


def _shown(body: bytearray) -> str:
    text = body[:ANSWER_BYTES_MAX].decode(errors="replace")
    return "".join(one for one in text if one.isprintable() or one == "\n")
