"""What does a receiver's answer mean: taken, not this, not now, never again?"""

from typing import Final, Literal, NamedTuple

from custody.terms import Millis

Meaning = Literal["taken", "gone", "too_much", "refused", "failed"]
"""`refused`: it is about the facts, and the rest might be taken; `too_much`: fewer might be.
`failed`: it is about the receiver or the way to it, and no fact is to blame."""

OF_THE_RECEIVER: Final = frozenset(
    {401, 402, 403, 404, 405, 406, 407, 408, 415, 421, 425, 426, 429}
)
"""Of 4xx, those that any other fact would be answered with as well: no such address, no access, not
now."""


class Answered(NamedTuple):
    """What came of one attempt."""

    status: int | None
    """None if there was no answer."""
    said: str
    """The beginning of the answer; or why there was none."""
    retry_after: Millis | None = None
    took: Millis = 0

    @property
    def meaning(self) -> Meaning:
        """Say what it means."""
        status = self.status
        if status is None or not 200 <= status < 500:
            return "failed"  # 3xx too: a redirect is not followed
        if status < 300:
            return "taken"
        if status == 410:
            return "gone"
        if status == 413:
            return "too_much"
        if status < 400 or status in OF_THE_RECEIVER:
            return "failed"
        return "refused"
