"""What can go wrong when a service is asked, and what does whoever asked learn of it?

Three things, and nothing else: it said no (`Problem`), nobody answered (`Unreachable`), or what
answered is not this service (`Garbled`), as the sign-in page of a wireless network is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class CustodyError(Exception):
    """Whatever a client raises of its own."""


@dataclass(frozen=True, slots=True)
class WayOn:
    """One thing that whoever holds a battery can do when its code is not valid.

    `way` is `post_as_maker`, `read_again`, `tag` or `near`; of the last, `refs` are the batteries
    in stock at the site whose code differs in one slip.
    """

    way: str
    detail: str
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field: where (RFC 6901), which rule, and what to do."""

    pointer: str
    code: str
    detail: str
    ways_on: tuple[WayOn, ...] = ()


class Problem(CustodyError):
    """The service said no. `code` is stable; `title` and `detail` are for people.

    Attributes: `code`, `status`, `title`, `detail`, `request_id` (to name when asking an operator),
    `errors` (the fields at fault) and `ways_on` (what can be done about all of them).
    """

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.told = dict(told)
        """The problem as it was told, to be kept or shown (RFC 9457)."""
        self.code: str = told["code"]
        self.status: int = told["status"]
        self.title: str = told["title"]
        self.detail: str = told["detail"]
        self.request_id: str = told.get("request_id", "")
        self.errors = tuple(_field_error(one) for one in told.get("errors", ()))
        super().__init__(f"{self.status} {self.code}: {self.detail}{self._fields()}")

    def __reduce__(self) -> tuple[type["Problem"], tuple[dict[str, Any]]]:
        """Let it be told in another process, as it was told here."""
        return Problem, (self.told,)

    @property
    def ways_on(self) -> tuple[WayOn, ...]:
        """What can be done about it, of all its fields."""
        return tuple(way for error in self.errors for way in error.ways_on)

    def _fields(self) -> str:
        return "".join(f"\n  {one.pointer}: {one.detail} ({one.code})" for one in self.errors)


class Unreachable(CustodyError):
    """Nobody answered, however often it was tried: there is no line, or no service behind it.

    What was asked may have been done all the same. A movement may be sent again: its id is its own.
    """


class Garbled(CustodyError):
    """Something answered that is not this service, or not all of its answer."""


def _field_error(told: Mapping[str, Any]) -> FieldError:
    ways = (
        WayOn(one["way"], one["detail"], tuple(one.get("refs", ())))
        for one in told.get("ways_on", ())
    )
    return FieldError(told["pointer"], told["code"], told["detail"], tuple(ways))
