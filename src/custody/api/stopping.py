"""When is the service told to stop? Who answers without end must hear of it first.

The server waits for open answers before it lets the application close, and a stream of facts would
make it wait for as long as it may.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def when_told(act: Callable[[], None]) -> Iterator[None]:
    """Call `act` in this loop as soon as the process is told to stop, and pass the signal on.

    Only the main thread hears signals; in any other nothing is changed.
    """
    before: dict[int, Callable[[int, FrameType | None], object]] = {}
    loop = asyncio.get_running_loop()

    def told(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(act)
        before[number](number, frame)

    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            heard = signal.getsignal(number)
            if callable(heard):
                before[number] = heard
                signal.signal(number, told)
    try:
        yield
    finally:
        for known, hears in before.items():
            signal.signal(known, hears)
