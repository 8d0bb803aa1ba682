"""How is a figure measured in a process of its own, on a server of its own?

After a million events, what was left of them in the one process of a whole run made the next
figures' questions three times as slow.
"""

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

from bench import costs
from bench.databases import Databases
from bench.figures import ALL
from bench.scale import Scale
from bench.table import Row

P = ParamSpec("P")
T = TypeVar("T")


def alone(measure: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what a function returns in a process that is started for it, and ends with it."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(measure, *args, **kwargs).result()


def measured(name: str, scale: Scale) -> list[Row]:
    """Measure a figure, and show its rows as they come."""
    print(f"{name} …", file=sys.stderr, flush=True)
    rows = []
    with Databases() as databases:
        for row in ALL[name](databases, scale):
            rows.append(row)
            print(" · ".join(filter(None, row.cells())), file=sys.stderr, flush=True)
    return rows


def profiled(scale: Scale) -> costs.Shares:
    """See where the time goes."""
    with Databases() as databases:
        return costs.measured(databases, scale)
