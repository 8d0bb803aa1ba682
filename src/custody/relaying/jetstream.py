"""How do records get into a JetStream in their order, many at once, and each of them once?

Each message names the one before it (`Nats-Expected-Last-Msg-Id`): where one is lost, because a
node died, the server takes none of those behind it, and all are published again from there. A
message that is there already is known by its id, and acknowledged without being stored again.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from custody.feed import Envelope, Told
from custody.feed.told import cloud_event
from custody.ledger import Record
from custody.terms import Position

WINDOW_MAX: Final = 256
"""Messages that are published before the first of them is acknowledged."""

ACK_S: Final = 5.0
"""How long the acknowledgements of a window are waited for."""

CONNECT_S: Final = 5
RECONNECT_S: Final = 0.25

CONTENT: Final[dict[Envelope, str]] = {
    "item": "application/json",
    "cloudevent": "application/cloudevents+json",
}


class MissingLibrary(Exception):
    """The extra `nats` is not installed."""


class NotThere(Exception):
    """No stream of that name takes our subjects."""


class Publisher:
    """Publishes into one stream, over one connection that mends itself."""

    def __init__(self, stream: str, subject: str, envelope: Envelope) -> None:
        self._stream = stream
        self._subject = subject
        self._envelope: Envelope = envelope
        self._connection: Any = None
        self._jetstream: Any = None

    async def connect(self, servers: Sequence[str], credentials: str | None) -> None:
        """Connect to any of the servers. Raises MissingLibrary, OSError or a library's error."""
        try:
            import nats  # noqa: PLC0415 - an extra: whoever relays nothing does without it
        except ImportError as error:
            raise MissingLibrary from error
        await self.close()
        self._connection = await nats.connect(
            [*servers],
            name="custody relay",
            user_credentials=credentials,
            connect_timeout=CONNECT_S,
            reconnect_time_wait=RECONNECT_S,
            max_reconnect_attempts=-1,
            error_cb=_unsaid,
        )
        self._jetstream = self._connection.jetstream(
            timeout=ACK_S, publish_async_max_pending=WINDOW_MAX
        )

    async def ensure(self, replicas: int | None) -> None:
        """See that the stream is there; make it if so many replicas of it are wanted."""
        from nats.js.api import StreamConfig  # noqa: PLC0415 - see above
        from nats.js.errors import NotFoundError  # noqa: PLC0415

        try:
            await self._jetstream.stream_info(self._stream)
        except NotFoundError:
            if replicas is None:
                raise NotThere(self._stream) from None
            subjects = [f"{self._subject}.>"]
            config = StreamConfig(self._stream, subjects=subjects, num_replicas=replicas)
            await self._jetstream.add_stream(config)

    async def publish(self, records: Sequence[Record]) -> tuple[Position | None, str]:
        """Publish records in order; return the last that is surely there, and why no more are."""
        sent: list[tuple[Position, asyncio.Future[Any]]] = []
        why = ""
        before: str | None = None
        try:
            async with asyncio.timeout(ACK_S):
                for record in records:
                    id_ = message_id(record)
                    headers = self._headers(record, id_, before)
                    future = await self._jetstream.publish_async(
                        f"{self._subject}.{record.type}",
                        Told(record).written(self._envelope),
                        stream=self._stream,
                        headers=headers,
                        wait_stall=ACK_S,
                    )
                    sent.append((record.position, future))
                    before = id_
                await asyncio.gather(*(future for _, future in sent))
        except Exception as error:  # noqa: BLE001 - whatever it is, what follows is the same
            why = f"{type(error).__name__}: {error}"
        acknowledged = None
        for position, future in sent:
            if not future.done() or future.cancelled() or future.exception() is not None:
                break
            acknowledged = position
        for _, future in sent:
            if not future.cancel() and not future.cancelled():
                future.exception()  # it was looked at: nobody need be told that it was not
        return acknowledged, why

    async def close(self) -> None:
        """Hang up."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    def _headers(self, record: Record, id_: str, before: str | None) -> dict[str, str]:
        headers = {
            "Nats-Msg-Id": id_,
            "Custody-Position": str(record.position),
            "Content-Type": CONTENT[self._envelope],
        }
        if before is not None:
            headers["Nats-Expected-Last-Msg-Id"] = before
        return headers


def message_id(record: Record) -> str:
    """Return the fact's own id; what has none goes by its position, as in a CloudEvent."""
    return str(cloud_event(record)["id"])


async def _unsaid(_error: Exception) -> None:
    """Leave it to the acknowledgements to tell what went wrong; the library mends the line."""
