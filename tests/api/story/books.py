"""What do the books say: of what there is, what was counted, and what became of it?"""

from typing import Any

from tests.api.story.asking import OTHER, PACK, POINT, RECYCLER, Scene, Telling, get
from tests.api.story.movements import recorded, told

FROZEN = "2026-03-01T10:05:00+08:00"


def chapter(_: Scene) -> Telling:
    """Count the shelf, take a battery apart, and ask for the books of it."""
    yield recorded(_count(13, "open", []), name="stock_take")
    yield recorded(_count(14, "count", [OTHER]), name="stock_take_count")
    yield recorded(_count(15, "close", []), name="stock_take_close")
    black_mass = [{"fraction": "cells", "mass_g": 8_500}]
    yield recorded(told(16, "dismantle", RECYCLER, battery=PACK, outputs=black_mass, loss_g=100))
    copper = [{"material": "copper", "mass_g": 600}]
    yield recorded(
        told(17, "recover", RECYCLER, inputs=black_mass, outputs=copper, process="hydro")
    )
    yield get("tell_inventory", f"/v1/sites/{POINT}/inventory")
    yield get("roll_up_inventory", "/v1/inventory?level=city")
    book = f"/v1/sites/{POINT}/ledger?book=in&from=2026-03-01"
    yield get("tell_ledger", book)
    yield get("tell_ledger", book, headers={"Accept": "text/csv"})
    yield get("list_stock_takes", f"/v1/sites/{POINT}/stock-takes")
    yield get("find_stock_take", f"/v1/sites/{POINT}/stock-takes/PD-20260301")
    yield get("tell_materials", f"/v1/sites/{RECYCLER}/materials?from=2026-03-01")


def _count(number: int, step: str, counted: list[str]) -> dict[str, Any]:
    return told(
        number, "stock_take", take="PD-20260301", step=step, counted=counted, frozen_at=FROZEN,
        operator="op-7",
    )  # fmt: skip
