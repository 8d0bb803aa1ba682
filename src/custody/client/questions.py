"""What can the service be asked? A question is a value: what is sent, how the answer is read.

A client has a method of the same name for each. `at_least` waits until the answer reflects a
position, such as that of a receipt; `as_of` asks how it was at an instant, `known_at` what was
known of it at one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, Literal, TypeVar
from urllib.parse import quote

from custody.client import answers
from custody.client import answers_of_batteries as of_batteries
from custody.client.answers import Page
from custody.client.conversation import Answered, Ask, Question
from custody.client.reading import reads
from custody.client.writing import instant

T = TypeVar("T")

Said = str | int | bool | datetime | None


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """A list that is asked for page by page; `parameter` takes what a page says of the next."""

    ask: Ask
    read: Callable[[Answered], Page[T]]
    parameter: str = "cursor"

    def first(self) -> Question[Page[T]]:
        """Ask for the first page."""
        return Question(self.ask, self.read)

    def behind(self, page: Page[T], asked: Question[Page[T]]) -> Question[Page[T]] | None:
        """Ask for what lies behind a page, if anything does."""
        if page.next in ("", asked.ask.params.get(self.parameter)):
            return None
        params = {**self.ask.params, self.parameter: page.next}
        return Question(replace(self.ask, params=params), self.read)


def get(path: str, **params: Said) -> Ask:
    """Ask for what lies at a path; what is None is not said."""
    said = {name.rstrip("_"): _text(value) for name, value in params.items() if value is not None}
    return Ask("GET", path, said)


def who_am_i() -> Question[answers.Me]:
    """Who asks, in which role, and what of the network is theirs?"""
    return Question(get("/v1/me"), reads(answers.Me))


def healthz() -> Question[answers.Health]:
    """Does the process answer?"""
    return Question(get("/healthz"), reads(answers.Health))


def readyz() -> Question[answers.Readiness]:
    """Does its database answer too, and how far is it?"""
    return Question(get("/readyz"), reads(answers.Readiness))


def battery(
    ref: str,
    *,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    at_least: int | None = None,
) -> Question[of_batteries.Battery]:
    """Where is a battery, and who answers for it? Raises Problem `not_found`, `out_of_scope`."""
    ask = get(f"/v1/batteries/{_in_path(ref)}", as_of=as_of, known_at=known_at, at_least=at_least)
    return Question(ask, reads(of_batteries.Battery))


def history(
    ref: str,
    *,
    order: Literal["effective", "recorded"] | None = None,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    at_least: int | None = None,
) -> Question[of_batteries.History]:
    """What became of a battery, fact by fact? Raises Problem `not_found`, `out_of_scope`."""
    path = f"/v1/batteries/{_in_path(ref)}/history"
    ask = get(path, order=order, as_of=as_of, known_at=known_at, at_least=at_least)
    return Question(ask, reads(of_batteries.History))


def evidence(
    ref: str, *, bodies: bool | None = None, at_least: int | None = None
) -> Question[bytes]:
    """What shows that a battery's history is whole? The bytes, for `custody_verify.py`.

    Raises Problem `not_found`, `not_published_yet`, `evidence_inconsistent`.
    """
    path = f"/v1/batteries/{_in_path(ref)}/evidence"
    return Question(get(path, bodies=bodies, at_least=at_least), _bytes)


def batteries(
    *,
    site: str | None = None,
    state: str | None = None,
    chemistry: str | None = None,
    grade: str | None = None,
    held_longer_than: str | None = None,
    at_least: int | None = None,
    limit: int | None = None,
) -> Listing[of_batteries.BatteryRow]:
    """Which batteries are there, by reference? `limit` is the size of a page, not of the list."""
    ask = get(
        "/v1/batteries", site=site, state=state, chemistry=chemistry, grade=grade,
        held_longer_than=held_longer_than, at_least=at_least, limit=limit,
    )  # fmt: skip
    return Listing(ask, reads(Page[of_batteries.BatteryRow]))


def inventory(
    site: str,
    *,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    at_least: int | None = None,
) -> Question[of_batteries.Inventory]:
    """What does a site hold, by chemistry, grade and class? Raises Problem `not_found`."""
    path = f"/v1/sites/{_in_path(site)}/inventory"
    ask = get(path, as_of=as_of, known_at=known_at, at_least=at_least)
    return Question(ask, reads(of_batteries.Inventory))


def areas(
    level: str, *, at_least: int | None = None, limit: int | None = None
) -> Listing[of_batteries.Area]:
    """What does the network hold, by `province`, `city`, `county` or `tier`?"""
    ask = get("/v1/inventory", level=level, at_least=at_least, limit=limit)
    return Listing(ask, reads(Page[of_batteries.Area]))


def consignment(
    no: str, *, at_least: int | None = None
) -> Question[of_batteries.ConsignmentDetail]:
    """What left in a consignment, and what arrived, item by item? Raises Problem `not_found`."""
    ask = get(f"/v1/consignments/{_in_path(no)}", at_least=at_least)
    return Question(ask, reads(of_batteries.ConsignmentDetail))


def consignments(
    *,
    state: str | None = None,
    from_site: str | None = None,
    to_site: str | None = None,
    overdue: bool | None = None,
    at_least: int | None = None,
    limit: int | None = None,
) -> Listing[of_batteries.Consignment]:
    """Which consignments are there? `overdue`: on the road, and expected before now."""
    ask = get(
        "/v1/consignments", state=state, from_site=from_site, to_site=to_site, overdue=overdue,
        at_least=at_least, limit=limit,
    )  # fmt: skip
    return Listing(ask, reads(Page[of_batteries.Consignment]))


def expected(
    site: str, *, at_least: int | None = None, limit: int | None = None
) -> Listing[of_batteries.Consignment]:
    """Which consignments are on their way to a site? Raises Problem `not_found`."""
    ask = get(f"/v1/sites/{_in_path(site)}/expected", at_least=at_least, limit=limit)
    return Listing(ask, reads(Page[of_batteries.Consignment]))


def _bytes(answered: Answered) -> bytes:
    return answered.body


def _in_path(name: str) -> str:
    return quote(name, safe=":")


def _text(value: Said) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return instant(value) if isinstance(value, datetime) else str(value)
