"""How is a fact taken back or put right, when nothing is ever edited?"""

import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any, ClassVar, Literal, Self

import orjson
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from custody import codes
from custody.events.fact import Movement, once
from custody.events.vocabulary import KEY_PATTERN, VALUES_MAX, MovementId, Name

FIXED = frozenset({"id", "type", "terminal_sequence", "previous", "signature"})
"""What a correction leaves as it is: which movement it is, and how its terminal vouched for it."""

TAKING_BACK = ("void", "correct")
"""The types of movements that take another back."""

_is_key = re.compile(KEY_PATTERN).fullmatch


class TakingBack(Movement):
    """A movement about another movement, which no longer counts as it was posted."""

    takes_back: ClassVar[bool] = True

    target: MovementId
    reason: Name | None = Field(default=None)

    @property
    def weight(self) -> tuple[int, str]:
        """Of several on one target the greatest counts."""
        return self.at, self.id

    def subjects(self) -> tuple[str, ...]:
        """Return what the body alone tells; recording adds every subject of the target."""
        return (*super().subjects(), f"movement:{self.target}")


class Voided(TakingBack):
    """作废: a recorded movement did not happen. It leaves the fold and stays in the history."""

    type: Literal["void"]


class Corrected(TakingBack):
    """更正: a recorded movement happened otherwise. These fields replace those of its body."""

    type: Literal["correct"]
    values: Annotated[dict[str, Any], Field(min_length=1, max_length=VALUES_MAX)]

    def __hash__(self) -> int:
        return hash(self.id)  # its values are JSON, which has no hash

    @model_validator(mode="after")
    def _leaves_what_is_fixed(self) -> Self:
        fixed = sorted(FIXED & self.values.keys())
        if fixed:
            raise PydanticCustomError("fixed_field", "{field} is fixed", {"field": fixed[0]})
        return self

    def consignments_named(self) -> tuple[str, ...]:
        """Return the consignments that its values name, so far as they are numbers at all."""
        named = (self.values.get(field) for field in ("consignment", "returns"))
        numbers = (_checked(codes.consignment, one) for one in named)
        return tuple(dict.fromkeys(no for no in numbers if no is not None))

    @once
    def _batteries(self) -> tuple[str, ...]:
        named = (_checked(codes.battery_ref, one) for one in _named(self.values))
        return tuple(dict.fromkeys(ref for ref in named if ref is not None))

    def batteries_named(self) -> tuple[str, ...]:
        """Return the batteries that its values name, so far as they are codes at all."""
        return self._batteries

    def order_named(self) -> str | None:
        """Return the order that its values name, so far as it is a name at all."""
        named = self.values.get("order")
        return named if isinstance(named, str) and _is_key(named) else None

    def instead_of(self, fact: Movement) -> Movement:
        """Return the movement as it should have been posted. Raises pydantic.ValidationError."""
        known: tuple[Movement, Movement] | None = self.__dict__.get("_instead")
        if known is None or known[0] is not fact:
            # Each of a thousand batteries asks, of the same target.
            body = fact.model_dump(mode="json", by_alias=True, exclude_unset=True)
            instead = type(fact).model_validate_json(orjson.dumps(body | self.values))
            known = self.__dict__["_instead"] = (fact, instead)
        return known[1]


def _named(values: dict[str, Any]) -> Iterator[Any]:
    """Return whatever stands in a body where battery references stand."""
    for field in ("battery", "same_as", "new_code"):
        one = values.get(field)
        yield one.get("code") if isinstance(one, dict) else one
    for field in ("batteries", "accepted", "rejected", "missing", "extra", "counted", "children"):
        many = values.get(field)
        for one in many if isinstance(many, list) else ():
            yield one.get("battery") if isinstance(one, dict) else one


def _checked(check: Callable[[str], str], text: Any) -> str | None:
    try:
        return check(text) if isinstance(text, str) else None
    except codes.CodeError:
        return None  # recording it will be refused, with the rule
