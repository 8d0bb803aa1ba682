"""What becomes of the single posts when a flush takes 5 ms longer, as it does on real disks?"""

from collections.abc import Iterator

from bench.databases import POSTGRESQL, Databases
from bench.figures import posts
from bench.scale import Scale
from bench.table import Row

DELAY_S = 0.005


def rows(databases: Databases, scale: Scale) -> Iterator[Row]:
    """Measure on PostgreSQL; all who commit sleep after it, before they say that it is done."""
    yield from posts.rows_of(databases, scale, POSTGRESQL, DELAY_S)
