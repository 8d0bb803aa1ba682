"""盘点: what stands on the shelf. Do the books have it here, and at which moment was it counted?"""

from collections.abc import Iterator

from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import in_hand, seen
from custody.events import StockTaken
from custody.state.books import Books
from custody.terms import DAY, HOUR, Millis, millis, rfc3339

FROZEN_FOR: Millis = DAY
"""How long a count may take: what moved since the books were frozen must still be remembered."""

FROZEN_AFTER_THE_COUNT = Advice(
    "frozen_after_the_count",
    "medium",
    "账面冻结时刻 {frozen_at} 晚于盘点时刻；请核对。",
    "The books were frozen at {frozen_at}, after the count; check which moment it was.",
)
FROZEN_LONG_BEFORE = Advice(
    "frozen_long_before",
    "low",
    f"账面冻结于 {{frozen_at}}，早于盘点 {FROZEN_FOR // HOUR} 小时以上，其间的出入库会造成差异。",
    f"The books were frozen at {{frozen_at}}, more than {FROZEN_FOR // HOUR} hours before the "
    "count: whatever came or went since will look like a difference.",
)


def decide(fact: StockTaken, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on each battery that the books have elsewhere, and on a count of another moment."""
    yield from in_hand(fact, seen(fact, fact.counted, books))
    frozen_at = millis(fact.frozen_at)
    ago = fact.at - frozen_at
    if ago < 0 or ago > FROZEN_FOR:
        kind = FROZEN_AFTER_THE_COUNT if ago < 0 else FROZEN_LONG_BEFORE
        yield kind(f"site:{fact.site}", frozen_at=rfc3339(frozen_at))
