"""更正: what was taken back or put right, and what did it say before?"""

from collections.abc import Sequence
from json import loads
from typing import Any

from custody.books import behind
from custody.books.asking import Asked
from custody.books.behind import Behind
from custody.books.book import Sources
from custody.books.columns import BY_SITE, TYPE, Column, many, number, text
from custody.books.told_from_entries import Listed
from custody.events import Corrected, TakingBack
from custody.projections.tables import Row


def _lines(sources: Sources, asked: Asked, found: Sequence[Behind]) -> list[Row]:
    facts = [one.fact for one in found if isinstance(one.fact, TakingBack)]
    targets = behind.movements(sources.ledger, [fact.target for fact in facts], asked.known)
    return [_line(fact, targets.get(fact.target)) for fact in facts]


def _line(fact: TakingBack, target: Behind | None) -> Row:
    """Tell what was taken back; of a target that was destroyed since, nothing is left to tell."""
    posted: dict[str, Any] = loads(target.record.data) if target else {}
    values = fact.values if isinstance(fact, Corrected) else {}
    return {
        "type": fact.type,
        "by_site": fact.site,
        "target": fact.target,
        "target_type": target and target.fact.type,
        "target_position": target and target.record.position,
        "reason": fact.reason,
        "changes": [
            {"field": name, "before": posted.get(name), "after": value}
            for name, value in values.items()
        ],
        "counts": target is not None and fact.id in (target.voided_by, target.corrected_by),
    }


CORRECTIONS = Listed(
    "corrections",
    "更正",
    "Corrections",
    frozenset({"void", "correct"}),
    (
        TYPE,
        BY_SITE,
        text("target", "原流转编号", "Target"),
        text("target_type", "原流转类型", "Type of target"),
        number("target_position", "原账本位置", "Position of target"),
        text("reason", "原因", "Reason"),
        many("changes", "更改内容", "Changes"),
        Column("counts", "flag", "是否有效", "Counts"),
    ),
    _lines,
)
