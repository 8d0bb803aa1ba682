"""How long is one delivery waited for, and what counts when the time is up?"""

import asyncio
import logging
import sys
from ipaddress import ip_network
from typing import Final

import pytest

from custody.pushing import posting
from custody.pushing.answers import Answered
from custody.pushing.posting import Posting
from tests.pushing.receiver import Receiver, Reply
from tests.waiting import LONG_S

LOOPBACK: Final = (ip_network("127.0.0.0/8"),)


class _Loop(asyncio.SelectorEventLoop):
    """Has a clock that can be put forward."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


class _Held(logging.Handler):
    """Lets all the time pass that there was, as soon as the library says that a head has come."""

    def __init__(self, loop: _Loop) -> None:
        super().__init__()
        self._loop = loop

    def emit(self, record: logging.LogRecord) -> None:
        self._loop.ahead += LONG_S


async def _post(receiver: Receiver) -> Answered:
    async with Posting(LOOPBACK, total_s=LONG_S) as one:
        return await one.post(receiver.url, b"{}", {}, 0)


def test_an_answer_whose_head_has_come_counts_though_all_limits_fall_due_at_once(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "BODY_S", 0.0)
    receiver.always = Reply(503, {"Retry-After": "7"}, breaks="drips")
    answered = asyncio.run(_post(receiver))
    assert (answered.status, answered.retry_after) == (503, 7_000)


def test_a_body_without_end_is_read_no_longer_than_an_attempt_may_take(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(posting, "BODY_S", sys.maxsize)
    monkeypatch.setattr(posting, "ANSWER_BYTES_MAX", sys.maxsize)
    receiver.always = Reply(breaks="drips")
    caplog.set_level(logging.INFO, "httpx")
    library = logging.getLogger("httpx")
    loop = _Loop()
    library.addHandler(held := _Held(loop))
    try:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            answered = runner.run(_post(receiver))
    finally:
        library.removeHandler(held)
    assert answered.status == 200
    assert loop.ahead == LONG_S, "its head came"
    assert answered.took < LONG_S * 1000, "by no clock but the one that was put forward"
