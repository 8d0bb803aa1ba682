"""How are contenders measured fairly? In turn, so that a slow minute hits them all."""

import gc
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

Contender = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Measured:
    """What each contender reached, round by round."""

    rounds: Mapping[str, list[float]]

    def median(self, name: str) -> float:
        """What one contender reached in the middle round."""
        return median(self.rounds[name])

    def ratio(self, name: str, against: str) -> float:
        """How one compares with another: the middle of the rounds' own ratios."""
        pairs = zip(self.rounds[name], self.rounds[against], strict=True)
        return median(one / other for one, other in pairs)


def measure(rounds: int, contenders: Mapping[str, Contender]) -> Measured:
    """Let each contender run once a round, in turn."""
    reached: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(1, rounds + 1):
        for name, contender in contenders.items():
            gc.collect()
            figure = contender()
            reached[name].append(figure)
            print(f"  round {number}: {name}: {figure:,.1f}", file=sys.stderr, flush=True)
    return Measured(reached)
