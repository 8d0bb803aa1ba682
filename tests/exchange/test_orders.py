"""Does an index that is made again say what the one says that was kept up, in whatever order
things came and went?
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, select

from custody.epcis import documents
from custody.events import Redacted, read_movement
from custody.exchange import tables
from custody.exchange.captured import Captor, arrived
from custody.exchange.rows import KEPT
from custody.exchange.tables import EVENTS_A_RECORD, trait, value
from custody.ledger import Entry, Ledger, erasing, writing
from tests.api.movements import COLLECTOR, dispatch, movement, receive
from tests.exchange.indexed import CAPTOR, Indexed
from tests.exchange.partners import document, event_id
from tests.exchange.test_incoming import OURS, collected
from tests.hypothesis_profile import examples
from tests.ledger.forgetful import empty, forgetful_ledgers

EXAMPLES: Final = {"sqlite": examples(100), "postgresql": examples(30)}

OWN = Captor("key:k", COLLECTOR, None)
OTHER = Captor("key:o", None, "91440300MA00000028")
CAPTORS: Final = {"event1": OWN, "event2": OTHER, "event3": CAPTOR}

(COLLECTED,) = documents.read(orjson.dumps({**document(collected(1)), **OURS})).events
(BROUGHT,) = arrived(COLLECTED, b"").read.movements

POSTED: Final = {
    "movement": BROUGHT,
    "void": movement(7, "void", target=BROUGHT["id"], reason="not so"),
    "dispatch": dispatch(8, [1]),
    "receipt": receive(9, accepted=[1]),
    "void of receipt": movement(10, "void", target=movement(9, "receive")["id"]),
}
"""What is posted: a movement that the events brought, and what is told with others beside it."""

THINGS: Final = (*CAPTORS, *POSTED)
ENDS: Final = ((), ("destroy {} at once",), ("announce the end of {}", "destroy {}"))
"""How each may end; between what is announced and what is done another may come."""


@st.composite
def stories(draw: st.DrawFn) -> list[str]:
    """Some things come, some of them go, and the index follows meanwhile, in any order."""
    things = draw(st.lists(st.sampled_from(THINGS), min_size=2, max_size=6, unique=True))
    ends = [one.format(each) for each in things for one in draw(st.sampled_from(ENDS))]
    follows = draw(st.lists(st.sampled_from(("follow", "follow a step")), max_size=4))
    return draw(st.permutations([*things, *ends, *follows]))


class Story:
    """Does one thing after another to a ledger and its index. What cannot be yet is left out."""

    def __init__(self, ledger: Ledger) -> None:
        empty(ledger)
        self.indexed = Indexed(ledger)
        self.ledger = ledger
        self.places: dict[str, int] = {}
        self.announced: set[str] = set()
        tables.renew(ledger.engine)

    def tell(self, *steps: str) -> None:
        """Let it all happen, and the index follow."""
        for step in steps:
            self._step(step)
        self.indexed.follow()

    def _step(self, step: str) -> None:
        one = step.removeprefix("announce the end of ").removeprefix("destroy ")
        one = one.removesuffix(" at once")
        if step == "follow":
            self.indexed.follow()
        elif step == "follow a step":
            self.indexed.follow(1, steps=1)
        elif step in THINGS and one not in self.places:
            self._record(one)
        elif one in self.places and step != one:
            if not step.startswith("destroy ") or step.endswith(" at once"):
                self._announce(one)
            if step.startswith("destroy ") and one in self.announced:
                with writing(self.ledger.engine) as connection:
                    erasing.destroy(connection, self.places[one], b"")

    def _record(self, one: str) -> None:
        if one in CAPTORS:
            body = orjson.dumps({**document(collected(1)), **OURS}).decode()
            self.indexed.record(body, CAPTORS[one])
            self.places[one] = self.ledger.head().position
        else:
            self.places[one] = self._append(read_movement(orjson.dumps(POSTED[one])))

    def _announce(self, one: str) -> None:
        if one in self.announced:
            return
        self.announced.add(one)
        name = {"event": event_id(1)} if one in CAPTORS else {"movement": POSTED[one]["id"]}
        said = {"type": "redaction", "position": self.places[one], "reason": "order", **name}
        self._append(Redacted.model_validate(said))

    def _append(self, fact: Any) -> int:
        data = orjson.dumps(fact.model_dump(mode="json", exclude_none=True))
        entry = Entry(fact.type, fact.version, data, tuple(fact.subjects()))
        return self.ledger.append([entry], now=5_000).first

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return all that the index says, each value in the place of its number."""
        with self.ledger.engine.connect() as connection:

            def sorted_rows(asked: Any) -> list[tuple[Any, ...]]:
                return sorted((tuple(row) for row in connection.execute(asked)), key=repr)

            said = {one.name: sorted_rows(select(one)) for one in KEPT if one is not trait}
            with_value = (value.c.name, value.c.value, trait.c.place, trait.c.role)
            joined = trait.outerjoin(value, value.c.number == trait.c.number)
            said["trait"] = sorted_rows(select(*with_value).select_from(joined))
            said["value"] = sorted_rows(select(value.c.name, value.c.value))
            return said

    def made_again(self, limit: int) -> dict[str, list[tuple[Any, ...]]]:
        """Make the index again, of so many records at once; return what it says then."""
        tables.renew(self.ledger.engine)
        self.indexed.follow(limit)
        return self.rows()

    def told(self) -> set[int]:
        """Return the positions of whose records events are told."""
        return {place // EVENTS_A_RECORD for place in self._places(tables.event)}

    def _places(self, table: Table) -> list[int]:
        with self.ledger.engine.connect() as connection:
            return [*connection.scalars(select(table.c.place))]


@pytest.fixture(scope="module")
def ledgers() -> Iterator[dict[str, Ledger]]:
    with forgetful_ledgers() as both:
        yield {ledger.engine.dialect.name: ledger for ledger in both}


@pytest.fixture(params=EXAMPLES)
def ledger(request: pytest.FixtureRequest, ledgers: dict[str, Ledger]) -> Ledger:
    return ledgers[request.param]


ORDERS: Final = (
    # Its body is gone before the index is made again: nothing says what it had brought.
    ("event1", "movement", "follow", "event2", "destroy event1 at once"),
    # Announced, and told something beside before it is done.
    ("event1", "movement", "announce the end of event1", "event2", "follow", "destroy event1"),
    # Of the movement nothing is left but whom it concerns.
    (
        "event1",
        "event2",
        "movement",
        "destroy movement at once",
        "follow",
        "destroy event1 at once",
    ),
    # Its event goes before it is indexed itself.
    ("event1", "announce the end of event1", "movement", "follow a step", "follow a step"),
    # What is told with its words, or is so no more.
    ("movement", "announce the end of movement", "void", "follow", "destroy movement"),
    ("dispatch", "receipt", "void of receipt", "follow", "destroy dispatch at once"),
)
"""Those in which an index made again once said something else, or might."""


def test_an_index_made_again_says_what_the_one_says_that_was_kept_up(ledger: Ledger) -> None:
    @settings(max_examples=EXAMPLES[ledger.engine.dialect.name])
    @given(stories(), st.integers(1, 6))
    def law(steps: list[str], limit: int) -> None:
        _say_the_same(Story(ledger), steps, limit)

    law()


@pytest.mark.parametrize("steps", ORDERS, ids=" – ".join)
def test_an_order_in_which_it_might_say_something_else(
    ledger: Ledger, steps: tuple[str, ...]
) -> None:
    _say_the_same(Story(ledger), steps, 6)


def _say_the_same(story: Story, steps: Iterable[str], limit: int) -> None:
    story.tell(*steps)
    kept_up = story.rows()
    assert story.made_again(limit) == kept_up
    gone = {story.places[one] for one in story.announced}
    assert not gone & story.told(), "nothing is told of what is to be destroyed"


def test_who_tells_something_else_of_a_movement_does_not_silence_it(ledger: Ledger) -> None:
    story = Story(ledger)
    story.tell("movement", "event1")
    assert story.told() == {1, 2}
    story.tell("event2", "destroy event1 at once")
    assert story.told() == {1, 3}
