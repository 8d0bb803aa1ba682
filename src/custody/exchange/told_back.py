"""Is an event that came in one that we tell ourselves? Then it is known, and nothing is new.

Documents travel on, and bring our own facts back to us. Only whoever may see a fact learns that
an event says the same or something else: anybody else's word is its own, as if there was no fact.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from custody.access import Resource
from custody.epcis.context import context as context_of
from custody.epcis.event import Event
from custody.epcis.hashing import event_hash
from custody.epcis.inward import hearing
from custody.epcis.outward.saying import event_id
from custody.events.fact import type_ranks
from custody.exchange.adding import Tell, movement_of
from custody.exchange.captured import TYPE, Arrived, Captor, Kept, Key, Outcome, reused, side_of
from custody.exchange.written import read_fact
from custody.ledger import Ledger, Record
from custody.ledger.errors import translated
from custody.projections import territory
from custody.terms import Position


class Ours:
    """Which of some events are ours, told back? Asked anew whenever their append is tried anew:
    the movement that an event tells may be recorded meanwhile.
    """

    def __init__(
        self, ledger: Ledger, tell: Tell, arrived: Sequence[Arrived], captor: Captor
    ) -> None:
        self._ledger, self._tell = ledger, tell
        self._arrived, self._captor = arrived, captor
        self._named = [[*_named(one.event)] for one in arrived]
        self._wanted = {one for each in self._named for one in each}

    @property
    def subjects(self) -> frozenset[str]:
        """What the answer follows from, in the ledger, beside records of the events themselves."""
        return frozenset(map(_subject, self._wanted))

    def outcomes(self) -> dict[int, Outcome]:
        """Say what becomes of those, by their places, that bear the id of one that we tell of a
        recorded fact: known, if they say the same, or if the fact was destroyed; otherwise refused.
        """
        if not self._wanted:
            return {}
        facts = _seen(self._ledger, _ours(self._ledger, self._wanted), self._captor)
        if not facts:
            return {}
        told = self._tell(self._ledger, facts)
        gone = {movement_of(one): one.position for one in facts if one.position not in told}
        ours: defaultdict[Key, list[tuple[Any, Kept]]] = defaultdict(list)
        for fact in facts:
            for one in told.get(fact.position, ()):
                event = Event(one.said, context_of(one.context))
                ours[_key(event)].append((_meaning(event), _known(event, fact)))
        each = enumerate(zip(self._arrived, self._named, strict=True))
        found = ((at, _became(one.event, named, gone, ours)) for at, (one, named) in each)
        return {at: outcome for at, outcome in found if outcome is not None}


def _subject(movement: str) -> str:
    return f"movement:{movement}"


def _named(event: Event) -> Iterator[str]:
    """Name the movements of ours that an event may tell, by how our own events name them."""
    if event.event_id is None:
        return
    declared = event.json.get("errorDeclaration", {})
    by = {event.context.expanded(name): said for name, said in declared.items()}
    own = hearing.own_words(event.extensions)
    for uri in (event.event_id, own.get("part_of"), hearing.own_words(by).get("by")):
        movement = hearing.uuid(hearing.text(uri))
        if movement is not None:
            yield movement


def _ours(ledger: Ledger, wanted: Collection[str]) -> list[Record]:
    """Read some movements and what takes them back; not those that a partner's event brought,
    whose own words are told of them.
    """
    past = ledger.read({*map(_subject, wanted)}, redacted=True).records
    facts = [one for one in past if one.type in type_ranks]
    if not facts:
        return []
    brought: dict[str, Position] = {}
    for one in ledger.read({f"event:{event_id(one)}" for one in wanted}).records:
        if one.type == TYPE:
            for movement in read_fact(one.data).movements:
                brought.setdefault(movement, one.position)
    return [one for one in facts if one.position < brought.get(movement_of(one), one.position + 1)]


def _seen(ledger: Ledger, records: Sequence[Record], captor: Captor) -> list[Record]:
    """Leave out what whoever captures may not see, by its sites or as an organisation."""
    sides = [side_of(one) for one in records]
    named = {site for sites, _ in sides for site in sites}
    with translated(), ledger.engine.connect() as connection:
        places = {one.site: one for one in territory.places(connection, named)}
    scope = captor.asker.scope
    return [
        one
        for one, (sites, organisation) in zip(records, sides, strict=True)
        if Resource(tuple([places[site] for site in sites]), organisation=organisation).within(
            scope
        )
    ]


def _became(
    event: Event,
    named: Sequence[str],
    gone: dict[str, Position],
    ours: dict[Key, list[tuple[Any, Kept]]],
) -> Outcome | None:
    if event.event_id is None:
        return None
    for movement in named:
        if movement in gone:
            return Kept(event.event_id, gone[movement], 0, again=True, redacted=True)
    standing = ours.get(_key(event))
    if not standing:
        return None
    said = _meaning(event)
    same = (kept for meaning, kept in standing if meaning == said)
    return next(same, None) or reused(event.event_id)


def _key(event: Event) -> Key:
    declared = event.error_declaration
    return event.event_id or "", None if declared is None else declared.declared_at


def _meaning(event: Event) -> Any:
    """Return what two events have in common that say the same in whatever spelling and order.

    A declaration has the hash of the event that it is about, and so stands beside it.
    """
    declared = event.error_declaration
    if declared is None:
        return event_hash(event), None
    said = event.json["errorDeclaration"]
    own = hearing.own_words({event.context.expanded(name): one for name, one in said.items()})
    return event_hash(event), (declared.reason, {*declared.corrective_event_ids}, own)


def _known(event: Event, fact: Record) -> Kept:
    return Kept(
        event.event_id or "",
        fact.position,
        fact.recorded_at,
        again=True,
        movement=movement_of(fact),
    )
