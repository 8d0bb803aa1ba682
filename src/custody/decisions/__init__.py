"""What may one ask, and what follows? One file a kind of movement; this is their list."""

from collections.abc import Callable, Iterator
from typing import Any

from custody.decisions import (
    any_movement,
    dismantle,
    dispatch,
    drop_off,
    inspect,
    receive,
    store,
    void,
)
from custody.decisions.advice import KINDS, Advice, Remark
from custody.decisions.any_movement import Poster
from custody.events import Movement, Voided
from custody.state.books import Books
from custody.terms import Millis, Subject

BY_TYPE: dict[str, Callable[[Any, Books, Millis], Iterator[Remark]]] = {
    "drop_off": drop_off.decide,
    "store": store.decide,
    "inspect": inspect.decide,
    "dispatch": dispatch.decide,
    "receive": receive.decide,
    "dismantle": dismantle.decide,
    "void": void.decide,
}


def reads(fact: Movement) -> tuple[Subject, ...]:
    """Return the subjects that deciding on a movement looks at: never the past of a whole site."""
    consignment = fact.consignment_named()
    return (
        f"movement:{fact.id}",
        *([f"movement:{fact.target}"] if isinstance(fact, Voided) else ()),
        *([f"consignment:{consignment}"] if consignment else ()),
        *[f"battery:{ref}" for ref in fact.batteries_named()],
    )


def decide(fact: Movement, books: Books, now: Millis, clock_offset: Millis = 0) -> list[Remark]:
    """Say what the books have to remark on a movement; raise Refused if it cannot be a fact."""
    any_movement.not_too_early(fact, now, clock_offset)
    return [*any_movement.remarks(fact, books), *BY_TYPE[fact.type](fact, books, now)]


__all__ = ["BY_TYPE", "KINDS", "Advice", "Poster", "Remark", "any_movement", "decide", "reads"]
