"""What do partners say of their places, steps and classes, in a form that is found again?"""

from collections.abc import Iterator
from json import loads
from typing import Any, Final

from pydantic import ValidationError

from custody.epcis import vocabulary
from custody.epcis.context import Context
from custody.epcis.context import context as context_of
from custody.epcis.envelopes import MASTER_DATA
from custody.epcis.identifiers import canonical
from custody.events.captured import MasterDataCaptured
from custody.exchange.tables import EVENTS_A_RECORD
from custody.exchange.traits import spelt
from custody.ledger import Record
from custody.terms import Position

TYPE: Final = "epcis_master_data"

SPOKEN_OF: Final = ""
"""Under this name stands that anything was said of something at all."""

WITHIN: Final = "within"
"""Under this name stands in what something lies: no attribute is called so, for want of a colon."""

ANY: Final = ""
"""The value under which an attribute stands whatever it says."""

Row = tuple[str, str, str, Position]


def rows(record: Record) -> list[Row]:
    """Say what a record of master data adds to the index; nothing if it cannot be read."""
    fact = MasterDataCaptured.model_validate_json(record.data)
    context = context_of(loads(fact.context))
    place = record.position * EVENTS_A_RECORD
    return [(*one, place) for one in statements(loads(fact.said), context)]


def statements(said: Any, context: Context) -> list[tuple[str, str, str]]:
    """Say what master data say: an attribute, its value, of what; nothing if unreadable."""
    try:
        read = MASTER_DATA.validate_python(said)
    except ValidationError:
        return []
    found = {
        one
        for vocabulary_ in read.get("vocabularyList", ())
        for element in vocabulary_.get("vocabularyElementList", ())
        for one in _said(element, context)
    }
    return sorted(found)


def _said(element: Any, context: Context) -> Iterator[tuple[str, str, str]]:
    own = plain(element["id"])
    yield SPOKEN_OF, ANY, own
    for child in element.get("children", ()):
        yield WITHIN, own, plain(child)
    for one in element.get("attributes", ()):
        value = one.get("attribute")
        if isinstance(value, dict):
            value = value.get("@value", {})
        if value is None:
            continue
        name = spelt(context.expanded(one["id"]))
        yield name, ANY, own
        if isinstance(value, str | int | float) and value != ANY:
            yield name, spelt(_text(value)), own


def plain(uri: str) -> str:
    """Write what is described as the index of events writes it."""
    word = vocabulary.bare("disposition", vocabulary.bare("bizStep", uri))
    return spelt(canonical(word))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
