"""Where does the time go? A profile of taking in and of projecting, summed up by who spends it."""

import cProfile
import pstats
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from bench.databases import ENGINES, Databases
from bench.day import Day
from bench.scale import Scale
from bench.service import Service, opened
from custody.api import slices
from custody.custodian import Posted, Request
from custody.decisions import Poster
from custody.events import read_movement
from custody.terms import Millis

SHOWN_MIN = 2.0
"""Percent; what is less goes to `rest`."""

Shares = dict[tuple[str, str], list[tuple[str, float]]]
"""(work, engine) → (who, percent)."""


def measured(databases: Databases, scale: Scale) -> Shares:
    """Profile the deciding and the projecting of the same movements on each engine."""
    day = Day(scale.sites)
    requests = day.requests(scale.requests, scale.request)
    shares: Shares = {}
    for engine in ENGINES:
        with databases.fresh(engine) as url, opened(url, day) as service:

            def take_in(service: Service = service) -> None:
                for sent in requests:
                    poster = Poster("bench", sent.site)
                    posted = [_posted(one, poster) for one in slices.of_array(sent.body)]
                    service.custodian.record([Request(posted)])

            shares["taking in", engine] = _profiled(take_in)
            shares["projecting", engine] = _profiled(service.projector.catch_up)
    return shares


def _posted(data: bytes, poster: Poster, received_at: Millis = 2**41) -> Posted:
    return Posted(read_movement(data), data, poster, received_at)


def _profiled(act: Callable[[], object]) -> list[tuple[str, float]]:
    profile = cProfile.Profile()
    profile.runcall(act)
    spent: Counter[str] = Counter()
    for (file, _, name), figures in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        spent[_who(file, name)] += figures[2]
    whole = sum(spent.values()) or 1
    shares = [(who, 100 * seconds / whole) for who, seconds in spent.most_common()]
    shown = [share for share in shares if share[1] >= SHOWN_MIN]
    return [*shown, ("rest", 100 - sum(percent for _, percent in shown))]


def _who(file: str, name: str) -> str:
    """Name the room of ours, or the library, that a function belongs to."""
    if file == "~":
        return _built_in(name)
    parts = Path(file).parts
    if "custody" in parts:
        return f"custody.{Path(parts[parts.index('custody') + 1]).stem}"
    if file.endswith("psycopg/connection.py") and name == "wait":
        return "waiting for PostgreSQL"
    for library in ("psycopg", "sqlalchemy", "pydantic"):
        if library in parts:
            return library
    return "Python"


def _built_in(name: str) -> str:
    if "sqlite3" in name:
        return "SQLite"
    if "SchemaValidator" in name:
        return "pydantic: bytes to facts"
    return "psycopg" if "psycopg" in name else "Python"
