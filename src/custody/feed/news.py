"""How do all who listen learn at once that there is more? In one pass, each by what it waits on."""

import asyncio


class News:
    """Something that is told now and then, and those who wait for it. All of it in one loop."""

    def __init__(self) -> None:
        self.times = 0
        """How often something was told so far: who remembers it misses none."""
        self._waiting: set[asyncio.Future[bool]] = set()

    def tell(self) -> None:
        """Wake everyone."""
        self.times += 1
        waiting, self._waiting = self._waiting, set()
        for one in waiting:
            _end(one, told=True)

    async def more(self, than: int, seconds: float) -> bool:
        """Wait until more was told than so many times; False if the time ran out first."""
        if self.times > than:
            return True
        loop = asyncio.get_running_loop()
        one: asyncio.Future[bool] = loop.create_future()
        # Not `asyncio.timeout`: for a hundred who wait it takes longer than writing to them.
        silent = loop.call_later(seconds, _end, one, False)
        self._waiting.add(one)
        try:
            return await one
        finally:
            silent.cancel()
            self._waiting.discard(one)


def _end(one: asyncio.Future[bool], told: bool) -> None:
    if not one.done():
        one.set_result(told)
