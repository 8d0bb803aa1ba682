"""How does somebody follow the feed as it grows, without asking again and again?

Server-sent events, as the HTML standard has them (html.spec.whatwg.org, section 9.2): each is a
fact, and its id is the fact's position, so that whoever comes back with `Last-Event-ID` goes on
behind the last one it has seen.
"""

import time
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import Header, Query
from pydantic import WithJsonSchema
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

from custody.access import Subject, can
from custody.api import auth
from custody.api.auth import asks
from custody.api.choosing import After, Chosen, Envelope, assert_recorded
from custody.api.desk import at_hand
from custody.api.parameters import Recorded
from custody.api.routes import problems, router
from custody.events.vocabulary import INTEGER_MAX
from custody.feed import Choice
from custody.terms import Position, Refused

KEEP_ALIVE_S: Final = 15.0
"""After how long without a fact a stream says how far it has come: proxies cut what is silent."""

STREAM_S: Final = 3_600.0
"""How long a stream lasts; whoever comes back goes on where it was."""

RETRY_MS: Final = 2_000
"""After how long a client comes back, unless it knows better."""

MEDIA_TYPE: Final = "text/event-stream"

REPEATED: Final = frozenset({"key", "token"})
"""Ways to show who one is that may be looked at again while a stream lasts; a signed request is
good for once."""

routes = router("facts")


@routes.get(
    "/v1/facts/stream",
    response_class=StreamingResponse,
    responses={
        200: {
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
            "description": "Facts as server-sent events, without end",
        },
        **problems("too_many_streams"),
    },
)
async def stream_facts(
    request: Request,
    asker: Annotated[Subject, asks("read_feed")],
    choice: Chosen,
    _: Recorded,
    after: After = 0,
    until: Annotated[
        int | None,
        Query(
            ge=0,
            le=INTEGER_MAX,
            description="End the stream with this position. 到此位置后结束。",
        ),
    ] = None,
    envelope: Envelope = "item",
    last_event_id: Annotated[
        int | None,
        Header(ge=0, le=INTEGER_MAX, description="Goes before `after`. 优先于 after。"),
        # A header that is left out is not null.
        WithJsonSchema({"type": "integer", "minimum": 0, "maximum": INTEGER_MAX}),
    ] = None,
) -> StreamingResponse:
    """Stream what was recorded past a position, and what is recorded from now on.

    Each event is a fact in the feed's form; its id is the position. When nothing comes for a while,
    an event `position` says how far it has come. A client that comes back with `Last-Event-ID` has
    lost nothing and gets nothing twice. A stream ends after an hour, when its key is revoked, and
    when the service stops.
    """
    auth.listens(request, asker)
    start, said_by = after, "/after"
    if last_event_id is not None:
        start, said_by = last_event_id, "/last-event-id"
    if start:
        end = await run_in_threadpool(at_hand(request).ledger.head)
        assert_recorded(start, end.position, said_by)
    events = _Events(request, asker, choice, envelope, until)
    return StreamingResponse(
        events.since(start),
        media_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


class _Events:
    """The bytes of one stream."""

    def __init__(
        self,
        request: Request,
        asker: Subject,
        choice: Choice,
        envelope: Envelope,
        until: Position | None,
    ) -> None:
        self._request = request
        self._asker = asker
        self._choice = choice
        self._envelope: Envelope = envelope
        self._until = until

    async def since(self, after: Position) -> AsyncIterator[bytes]:
        """Yield them past a position, until it is over."""
        yield b"retry: %d\n\n" % RETRY_MS
        if self._until is not None and after >= self._until:
            return
        begun = said = looked = time.monotonic()
        following = at_hand(self._request).following
        async for position, told in following.listen(after, self._choice, KEEP_ALIVE_S):
            until = self._until
            wanted = told.until(until)
            now = time.monotonic()
            if wanted:
                yield wanted.events(self._envelope)
                said = now
            ended = (until is not None and position >= until) or now - begun >= STREAM_S
            if ended or now - said >= KEEP_ALIVE_S:
                at = position if until is None else min(position, until)
                yield b'id: %d\nevent: position\ndata: {"position":%d}\n\n' % (at, at)
                said = now
            if ended:
                return
            if now - looked >= KEEP_ALIVE_S:
                looked = now
                if not await self._still_may():
                    return

    async def _still_may(self) -> bool:
        """Look once more whether the asker is who it was: a key may have been revoked since."""
        if self._asker.how not in REPEATED:
            return True
        try:
            asker = await auth.shown(self._request)
        except Refused:
            return False
        return asker == self._asker and bool(can(asker, "read_feed"))
