"""Does everyone who waits learn that there is more, and is nobody kept who waits no longer?"""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from custody.feed.news import News

LONG_S = 3_600.0
MANY = 100


def run(what: Coroutine[Any, Any, None]) -> None:
    asyncio.run(what)


async def settled() -> None:
    """Let every task go on until it waits."""
    for _ in range(3):
        await asyncio.sleep(0)


def test_all_who_wait_are_woken_by_one_telling() -> None:
    async def story() -> None:
        news = News()
        waiting = [asyncio.create_task(news.more(0, LONG_S)) for _ in range(MANY)]
        await settled()
        assert not any(one.done() for one in waiting)
        news.tell()
        assert await asyncio.gather(*waiting) == [True] * MANY

    run(story())


def test_what_was_told_while_one_looked_elsewhere_is_not_missed() -> None:
    async def story() -> None:
        news = News()
        before = news.times
        news.tell()
        assert await news.more(before, LONG_S)
        later = asyncio.create_task(news.more(news.times, LONG_S))
        await settled()
        assert not later.done()
        news.tell()
        assert await later

    run(story())


def test_who_hears_nothing_for_so_long_goes_on() -> None:
    async def story() -> None:
        assert not await News().more(0, 0.0)

    run(story())


@pytest.mark.parametrize("how", ["told", "too long", "gone"])
def test_who_waits_no_longer_is_not_kept(how: str) -> None:
    """However long nothing is recorded: each who asks again would be kept once more."""

    async def story() -> None:
        news = News()
        waiting = asyncio.create_task(news.more(0, 0.0 if how == "too long" else LONG_S))
        await settled()
        other = asyncio.create_task(news.more(0, LONG_S))
        if how == "told":
            news.tell()
        elif how == "gone":
            waiting.cancel()
        await asyncio.wait([waiting])
        await settled()
        assert len(news._waiting) == (0 if how == "told" else 1)
        news.tell()
        assert await other

    run(story())
