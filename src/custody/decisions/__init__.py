"""What may one ask, and what follows? One file a kind of movement; this is their list."""

from collections.abc import Callable, Iterator
from typing import Any

from custody.decisions import (
    any_movement,
    chain,
    concerning,
    correct,
    dismantle,
    dispatch,
    dispose,
    drop_off,
    grade,
    hand_on,
    hold,
    incident,
    inspect,
    issue,
    near_miss,
    order,
    receive,
    recover,
    release_hold,
    second_life,
    signature,
    stock_take,
    store,
    tag,
    void,
)
from custody.decisions.advice import KINDS, Advice, Remark
from custody.decisions.any_movement import Poster
from custody.decisions.chain import Arrival
from custody.events import DroppedOff, Movement, OrderAdvanced, Tagged, TakingBack
from custody.events.issuing import series_of_tag
from custody.state.books import Books
from custody.terms import Millis, Subject

BY_TYPE: dict[str, Callable[[Any, Books, Millis], Iterator[Remark]]] = {
    "drop_off": drop_off.decide,
    "tag": tag.decide,
    "store": store.decide,
    "inspect": inspect.decide,
    "grade": grade.decide,
    "dispatch": dispatch.decide,
    "hand_on": hand_on.decide,
    "receive": receive.decide,
    "dismantle": dismantle.decide,
    "recover": recover.decide,
    "second_life": second_life.decide,
    "dispose": dispose.decide,
    "stock_take": stock_take.decide,
    "incident": incident.decide,
    "hold": hold.decide,
    "release_hold": release_hold.decide,
    "void": void.decide,
    "correct": correct.decide,
    "order": order.decide,
}


def reads(fact: Movement) -> tuple[Subject, ...]:
    """Return the subjects that deciding on a movement looks at: never the past of a whole site."""
    return (
        f"movement:{fact.id}",
        *([f"movement:{fact.target}"] if fact.takes_back and isinstance(fact, TakingBack) else ()),
        *[f"consignment:{no}" for no in fact.consignments_named()],
        *[f"battery:{ref}" for ref in fact.batteries_named()],
        *_looked_up(fact),
    )


def decide(
    fact: Movement,
    books: Books,
    now: Millis,
    clock_offset: Millis = 0,
    arrival: Arrival | None = None,
) -> list[Remark]:
    """Say what the books have to remark on a movement; raise Refused if it cannot be a fact."""
    any_movement.not_too_early(fact, now, clock_offset)
    remarks = [*any_movement.remarks(fact, books), *BY_TYPE[fact.type](fact, books, now)]
    if type(fact) is DroppedOff:
        remarks += order.of_drop_off(fact, books)
    elif type(fact) is Tagged:
        remarks += issue.of_tag(fact, books)
    if fact.capture in near_miss.BY_HAND:
        remarks += near_miss.decide(fact, books)
    if arrival is not None:
        remarks += chain.decide(fact, arrival, books)
        remarks += signature.decide(fact, arrival, books.registry, now)
    return remarks


def _looked_up(fact: Movement) -> Iterator[Subject]:
    """Name what a movement is judged by without being about it."""
    if type(fact) is DroppedOff or type(fact) is OrderAdvanced:
        if fact.order_reference:
            yield f"steps:{fact.order_reference}"
    elif type(fact) is Tagged and fact.battery.code.startswith("tag:"):
        series, _ = series_of_tag(fact.battery.code.removeprefix("tag:"))
        yield series


__all__ = [
    "BY_TYPE",
    "KINDS",
    "Advice",
    "Arrival",
    "Poster",
    "Remark",
    "any_movement",
    "chain",
    "concerning",
    "decide",
    "issue",
    "near_miss",
    "reads",
]
