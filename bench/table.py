"""How are figures told: beside what they are measured against, and beside the goal?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

HEADINGS = ("work", "on", "Custody", "against", "comes to", "must", "aim", "goal")


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should come to: at least, or at most."""

    must: float
    aim: float
    at: Literal["least", "most"] = "least"
    unit: str = "×"

    def verdict(self, reached: float) -> str:
        """Say whether a figure is good enough."""
        if self._meets(reached, self.aim):
            return "aim reached"
        return "met" if self._meets(reached, self.must) else "missed"

    def tell(self, bound: float) -> str:
        """Write one of the bounds."""
        return f"{'≥' if self.at == 'least' else '≤'} {plain(bound)} {self.unit}"

    def _meets(self, reached: float, bound: float) -> bool:
        return reached >= bound if self.at == "least" else reached <= bound


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of Custody's, what it stands against, and what it should come to."""

    work: str
    engine: str
    figure: str
    against: str = ""
    reached: float | None = None
    goal: Goal | None = None

    @property
    def verdict(self) -> str:
        """Say how it stands to its goal; nothing where there is none."""
        if self.goal is None or self.reached is None:
            return ""
        return self.goal.verdict(self.reached)

    def cells(self) -> tuple[str, ...]:
        """Return what stands in the table's columns."""
        goal = self.goal
        unit = "×" if goal is None else goal.unit
        return (
            self.work,
            self.engine,
            self.figure,
            self.against,
            "" if self.reached is None else f"{plain(self.reached)} {unit}",
            "" if goal is None else goal.tell(goal.must),
            "" if goal is None else goal.tell(goal.aim),
            self.verdict,
        )


def markdown(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table so that it reads well as it stands, and as a page."""
    lines = [list(headings), *map(list, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(headings))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    )


def plain(figure: float) -> str:
    """Write a figure with as many digits as it deserves."""
    digits = 2 if figure < 1 else 1 if figure < 100 else 0
    written = f"{figure:,.{digits}f}"
    return written.rstrip("0").rstrip(".") if digits else written


def rate(figure: float, unit: str = "/s") -> str:
    """Write how many a second."""
    return f"{figure / 1000:.1f} k{unit}" if figure >= 1000 else f"{figure:.0f}{unit}"


def millis(seconds: float) -> str:
    """Write a duration in milliseconds."""
    return f"{seconds * 1000:.3g} ms"
