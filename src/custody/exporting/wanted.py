"""What may be asked of an export that is made in the background: facts, or a site's books?"""

from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field

from custody.access import Scope
from custody.access.scope import prefix
from custody.events.vocabulary import INTEGER_MAX, BatteryRef, SiteId
from custody.exporting.formats import Format
from custody.feed import Choice

FACTS_MAX = 20_000_000
"""Positions that one export reaches over; whoever wants more asks for the next ones."""

TYPES_MAX = 50
BookName = Literal[
    "stock", "in", "out", "adjustments", "handover", "inspection", "processing", "stock_take",
    "corrections", "incidents", "all",
]  # fmt: skip
Edge = Annotated[str, Field(max_length=40)]
At = Annotated[int, Field(ge=1, le=INTEGER_MAX)]


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class FactsWanted(_Closed):
    """Facts between two positions, both included; with `types` and the like, those that fit."""

    format: Format
    from_: At = Field(default=1, alias="from")
    to: At | None = None
    types: tuple[str, ...] = Field(default=(), max_length=TYPES_MAX)
    site: SiteId | None = None
    division: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None
    battery: BatteryRef | None = None

    def choice(self, scope: Scope) -> Choice:
        """Return what of the ledger is wanted, and the asker's to see."""
        return Choice(
            types=frozenset(self.types),
            site=self.site,
            division=None if self.division is None else prefix(self.division),
            battery=None if self.battery is None else f"battery:{self.battery}",
            scope=scope,
        )


class BookWanted(_Closed):
    """A site's book, or all of them, of a stretch of time: days, months or instants."""

    format: Literal["xlsx"]
    site: SiteId
    from_: Edge | None = Field(default=None, alias="from")
    to: Edge | None = None
    book: BookName = "all"


Wanted = FactsWanted | BookWanted


def read(said: bytes) -> Wanted:
    """Read what was asked for and kept."""
    kind = BookWanted if orjson.loads(said)["format"] == "xlsx" else FactsWanted
    return kind.model_validate_json(said)
