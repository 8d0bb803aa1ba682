"""Does what stands around every request end with it?"""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from custody.api.envelope import Envelope, Watermark
from custody.api.serving import BEGUN
from custody.limits import InFlight


def test_a_request_that_is_cancelled_gives_its_turn_back() -> None:
    in_flight, waits = InFlight(), asyncio.Event()

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        assert in_flight.begin("asker")
        scope[BEGUN] = (in_flight, "asker")
        waits.set()
        await asyncio.Event().wait()

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_message: Message) -> None:
        pass

    async def cancelled() -> None:
        scope = {"type": "http", "raw_path": b"/", "query_string": b"", "headers": []}
        asking = asyncio.create_task(Envelope(app, Watermark())(scope, receive, send))
        await waits.wait()
        assert in_flight.begun == {"asker": 1}
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    asyncio.run(cancelled())
    assert in_flight.begun == {}
