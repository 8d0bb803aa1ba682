"""What do we still know of the batteries decided on lately, so that their past need not be read?"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from custody.events import Corrected, HandedOn, Movement, Voided
from custody.events.journey import joins
from custody.state.battery import Battery
from custody.terms import Position, Subject

REMEMBERED_MAX = 50_000
"""Batteries; about a kilobyte each."""


class Remembered(NamedTuple):
    """A battery as it stood at a position of the ledger."""

    battery: Battery
    position: Position


class Memory:
    """The batteries of the last batches; what came since is still read, and guarded."""

    def __init__(self, size: int = REMEMBERED_MAX) -> None:
        self._size = size
        self._batteries: OrderedDict[Subject, Remembered] = OrderedDict()

    def recall(self, facts: Sequence[Movement]) -> dict[Subject, Remembered]:
        """Return what is remembered of the facts' batteries, where it is enough to decide on them.

        It is not for a battery with a late fact, or one that is taken back: these need their past.
        """
        if any(joins(fact) or type(fact) is Corrected for fact in facts):
            return {}  # what these lead to is known only when all is read
        targets = {fact.target for fact in facts if type(fact) is Voided}
        # Whose batteries these are is known only when their consignment is read.
        hand_ons = [fact for fact in facts if type(fact) is HandedOn]
        recalled: dict[Subject, Remembered] = {}
        not_enough: set[Subject] = set()
        for fact in facts:
            for ref in fact.batteries_named():
                subject = f"battery:{ref}"
                remembered = self._batteries.get(subject)
                if remembered is not None:
                    recalled[subject] = remembered
                    now = remembered.battery.now
                    lasts = now.precedes(fact) and all(map(now.precedes, hand_ons))
                    if fact.id in targets or not lasts:
                        not_enough.add(subject)
        return {subject: one for subject, one in recalled.items() if subject not in not_enough}

    def forget(self) -> None:
        """Remember nothing: something of the past was destroyed."""
        self._batteries.clear()

    def keep(self, batteries: Mapping[Subject, Battery], position: Position) -> None:
        """Remember batteries as they stand at a position; the longest unused are forgotten."""
        for subject, battery in batteries.items():
            if not battery.stands_alone:
                self._batteries.pop(subject, None)
                continue
            self._batteries[subject] = Remembered(battery.at_rest(), position)
            self._batteries.move_to_end(subject)
        while len(self._batteries) > self._size:
            self._batteries.popitem(last=False)
