"""How is one of several things chosen, some likelier than others?"""

from collections.abc import Mapping
from random import Random


def pick(rng: Random, shares: Mapping[str, int]) -> str:
    """Choose a name, as often as its share says."""
    return rng.choices(list(shares), list(shares.values()))[0]
