"""How is one of several things chosen, and what happens once in so many times?"""

from collections import Counter
from collections.abc import Mapping
from random import Random

from custody.demo.rates import ONE_IN


def pick(rng: Random, shares: Mapping[str, int]) -> str:
    """Choose a name, as often as its share says."""
    return rng.choices(list(shares), list(shares.values()))[0]


class Seldom:
    """Counts occasions instead of throwing dice, so that even a few weeks have what is rare."""

    def __init__(self) -> None:
        self._occasions: Counter[str] = Counter()

    def __call__(self, what: str) -> bool:
        """Tell whether it happens on this occasion; the first time half-way to the next."""
        self._occasions[what] += 1
        return self._occasions[what] % ONE_IN[what] == ONE_IN[what] // 2
