"""Which fact was each battery's last? What shows that the facts at the end were not cut off."""

from typing import Annotated, Literal

from pydantic import Field

from custody.events.fact import Fact
from custody.events.vocabulary import INTEGER_MAX
from custody.terms import Subject

Hash = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]


class HeadsTaken(Fact):
    """封账点: the last fact of every battery was noted, up to a position of the ledger.

    It is about nobody: what it says of each battery lies in the tree under its root.
    """

    type: Literal["heads"]
    rows: Annotated[int, Field(ge=0, le=INTEGER_MAX)]
    root: Hash
    through: Annotated[int, Field(ge=0, le=INTEGER_MAX)]

    def subjects(self) -> tuple[Subject, ...]:
        return ()
