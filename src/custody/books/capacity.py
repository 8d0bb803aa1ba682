"""May a site hold what it holds? Its limit, how much of it is used, and how grave that is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

POINT_LIMIT_G = 5_000_000
"""What a collection point may hold unless its registration says otherwise: five tonnes."""

NEAR_PCT, OVER_PCT, CRITICAL_PCT = 80, 100, 120
"""From eighty per cent on it is near its limit; over it beyond all of it; critical beyond 120."""

Level = Literal["ok", "near", "over", "critical"]
Source = Literal["registered", "default"]

_GRAVITY: tuple[Level, ...] = ("ok", "near", "over", "critical")


@dataclass(frozen=True, slots=True)
class Capacity:
    """A site's limits, and how it stands to them. Without a limit there is nothing to tell."""

    limit_g: int | None
    limit_pieces: int | None
    source: Source | None
    used_pct: int | None
    """Of whichever limit is used up more, whole per cents; pieces of unknown mass weigh nothing."""
    level: Level | None


def of(registered: Mapping[str, Any], pieces: int, mass_g: int) -> Capacity:
    """Compare what a site holds with what its registration lets it hold."""
    limit_g: int | None = registered.get("capacity_g")
    limit_pieces: int | None = registered.get("capacity_pieces")
    source: Source | None = "registered" if limit_g is not None else None
    if limit_g is None and registered["kind"] == "collection_point":
        limit_g, source = POINT_LIMIT_G, "default"
    if source is None and limit_pieces is not None:
        source = "registered"
    used = [
        (held, limit) for held, limit in ((mass_g, limit_g), (pieces, limit_pieces))
        if limit is not None
    ]  # fmt: skip
    if not used:
        return Capacity(None, None, None, None, None)
    levels = [_level(held, limit) for held, limit in used]
    worst = max(levels, key=_GRAVITY.index)
    return Capacity(limit_g, limit_pieces, source, max(_per_cent(*one) for one in used), worst)


def _level(held: int, limit: int) -> Level:
    """Judge by the numbers themselves: a gram above the limit is over it, whatever it rounds to."""
    if held * 100 > limit * CRITICAL_PCT:
        return "critical"
    if held * 100 > limit * OVER_PCT:
        return "over"
    return "near" if held * 100 >= limit * NEAR_PCT and held else "ok"


def _per_cent(held: int, limit: int) -> int:
    """Return how much of a limit is used; where nothing may be held, one piece is ten thousand."""
    if limit == 0:
        return 10_000 if held else 0
    return held * 100 // limit
