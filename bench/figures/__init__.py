"""Which figures are there? One file each; every one yields the rows of its table."""

from collections.abc import Callable, Iterator

from bench.databases import Databases
from bench.figures import (
    batches,
    exchanging,
    exporting,
    feeding,
    following,
    histories,
    posts,
    projecting,
    proofs,
    pushing,
    rebuilds,
    relaying,
    sealing,
    slow_flush,
    verifying,
)
from bench.scale import Scale
from bench.table import Row

Figure = Callable[[Databases, Scale], Iterator[Row]]

ALL: dict[str, Figure] = {
    "batches": batches.rows,
    "projecting": projecting.rows,
    "rebuilds": rebuilds.rows,
    "posts": posts.rows,
    "slow_flush": slow_flush.rows,
    "histories": histories.rows,
    "following": following.rows,
    "feeding": feeding.rows,
    "pushing": pushing.rows,
    "relaying": relaying.rows,
    "exchanging": exchanging.rows,
    "exporting": exporting.rows,
    "sealing": sealing.rows,
    "proofs": proofs.rows,
    "verifying": verifying.rows,
}
