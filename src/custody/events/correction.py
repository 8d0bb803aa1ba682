"""How is a fact taken back, when nothing is ever edited?"""

from typing import Literal

from pydantic import Field

from custody.events.fact import Movement
from custody.events.vocabulary import MovementId, Name


class Voided(Movement):
    """作废: a recorded movement did not happen. It leaves the fold and stays in the history."""

    type: Literal["void"]
    target: MovementId
    reason: Name | None = Field(default=None)

    def subjects(self) -> tuple[str, ...]:
        """Return what the body alone tells; recording adds every subject of the target."""
        return (*super().subjects(), f"movement:{self.target}")
