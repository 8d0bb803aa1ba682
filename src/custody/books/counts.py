"""盘点: which counts of the shelf were made? And 异常: what went wrong, and what is held?"""

from custody.books.columns import TYPE, Column, many, sum_of, text
from custody.books.told_from_entries import Listed, each
from custody.events import HoldPlaced, HoldReleased, IncidentReported, Movement, StockTaken
from custody.projections.tables import Row
from custody.terms import millis


def _count(fact: Movement) -> Row:
    assert isinstance(fact, StockTaken), "the book holds no other"
    return {
        "take": fact.name,
        "step": fact.step,
        "frozen_at": millis(fact.frozen_at),
        "scope": fact.scope,
        "counted": len(fact.counted),
    }


def _incident(fact: Movement) -> Row:
    assert isinstance(fact, IncidentReported | HoldPlaced | HoldReleased), "there is no other"
    return {
        "type": fact.type,
        "kind": fact.kind if isinstance(fact, IncidentReported) else None,
        "case": fact.case,
        "batteries": list(fact.batteries),
        "pieces": len(fact.batteries),
        "note": fact.note,
    }


STOCK_TAKE = Listed(
    "stock_take",
    "盘点",
    "Stock-take",
    frozenset({"stock_take"}),
    (
        text("take", "盘点编号", "Stock-take"),
        text("step", "步骤", "Step"),
        Column("frozen_at", "instant", "账面冻结时间", "Frozen at"),
        text("scope", "范围", "Scope"),
        sum_of("counted", "盘点件数", "Counted"),
    ),
    each(_count),
)
INCIDENTS = Listed(
    "incidents",
    "异常",
    "Incidents",
    frozenset({"incident", "hold", "release_hold"}),
    (
        TYPE,
        text("kind", "事件种类", "Kind of incident"),
        text("case", "案号", "Case"),
        many("batteries", "电池编码", "Batteries"),
        sum_of("pieces", "件数", "Pieces"),
        text("note", "备注", "Note"),
    ),
    each(_incident),
)
