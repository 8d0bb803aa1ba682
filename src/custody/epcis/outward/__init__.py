"""How is a movement of ours told to whoever speaks EPCIS?"""

from typing import Any

from pydantic import ValidationError

from custody.epcis.outward import endings, saying, stock, transfers
from custody.epcis.outward.beside import NOTHING, Beside
from custody.epcis.outward.saying import CONTEXT, Said
from custody.epcis.outward.terms import context_document
from custody.events import Corrected, Movement, TakingBack

TOLD: dict[str, Any] = {
    "drop_off": stock.drop_off,
    "tag": stock.tag,
    "store": stock.store,
    "inspect": stock.inspect,
    "grade": stock.grade,
    "stock_take": stock.stock_take,
    "incident": stock.incident,
    "hold": stock.hold,
    "release_hold": stock.hold,
    "dispatch": transfers.dispatch,
    "hand_on": transfers.hand_on,
    "receive": transfers.receive,
    "dismantle": endings.dismantle,
    "recover": endings.recover,
    "second_life": endings.second_life,
    "dispose": endings.dispose,
}
"""Type of a movement → how it is told."""

UNSAYABLE = frozenset({"order"})
"""What EPCIS has no event for: nothing was there yet of which it could speak."""


def told(movement: Movement, beside: Beside = NOTHING) -> list[Said]:
    """Tell a movement as events, without their context: none, if EPCIS cannot say it.

    One that takes another back tells the other's events again, each with an error declaration:
    what was told stays, and is declared false.
    """
    if isinstance(movement, TakingBack):
        return _taken_back(movement, beside)
    if movement.type in UNSAYABLE:
        return []
    events: list[Said] = TOLD[movement.type](movement, beside)
    return events


def _taken_back(fact: TakingBack, beside: Beside) -> list[Said]:
    target = beside.movement(fact.target)
    if target is None or isinstance(target, TakingBack):
        return []
    right = _put_right(fact, target, beside) if isinstance(fact, Corrected) else []
    declared: Said = {"declarationTime": saying.when(fact).isoformat()}
    if right:
        declared["reason"] = "incorrect_data"
        declared["correctiveEventIDs"] = [one["eventID"] for one in right]
    else:
        declared["reason"] = "incorrect_data" if isinstance(fact, Corrected) else "did_not_occur"
    declared[saying.own("by")] = saying.event_id(fact.id)
    if fact.reason is not None:
        declared[saying.own("reason")] = fact.reason
    if fact.capture is not None:
        declared[saying.own("capture")] = fact.capture
    declared[saying.own("site")] = saying.site(fact.site)
    false = [{**one, "errorDeclaration": declared} for one in told(target, beside)]
    return [*false, *right]


def _put_right(fact: Corrected, target: Movement, beside: Beside) -> list[Said]:
    """Tell a movement as it should have been posted, under the id of its correction."""
    try:
        instead = fact.instead_of(target)
    except ValidationError:
        return []
    events = told(instead.model_copy(update={"id": fact.id}), beside)
    if events:
        events[0] |= {
            saying.own("corrects"): saying.event_id(target.id),
            saying.own("values"): {
                name: value for name, value in fact.values.items() if name not in saying.UNTOLD
            },
            saying.own("corrected_at"): saying.when(fact).isoformat(),
            saying.own("corrected_by"): saying.site(fact.site),
        }
        if fact.reason is not None:
            events[0][saying.own("reason_of_correction")] = fact.reason
        if fact.capture is not None:
            events[0][saying.own("capture_of_correction")] = fact.capture
    return events


__all__ = ["CONTEXT", "NOTHING", "Beside", "context_document", "told"]
