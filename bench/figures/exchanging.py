"""How fast are partners' events captured, and how soon is a question for some answered?"""

import time
from collections.abc import Iterator
from statistics import median
from uuid import uuid4

import orjson

from bench.databases import ENGINES, Databases
from bench.logs import wait_until_sealed
from bench.scale import Scale
from bench.served import Server, served
from bench.table import Goal, Row, millis, rate
from custody import collector
from custody.clock import now
from custody.events.captured import EventCaptured
from custody.exchange import captures, indexing
from custody.exchange.captured import Captor
from custody.exchange.captures import Capture
from custody.exchange.following import Exchange
from custody.exchange.incoming import Posted
from custody.exchange.outgoing import Outgoing
from custody.exchange.tables import lay_out
from custody.ledger import Entry, Ledger, open_ledger
from custody.projections import freshness
from custody.terms import Position

EVENTS = 500
"""Events a document."""

AT_ONCE = 2_000
LOOK_S = 0.1

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
STEPS = ("collecting", "storing", "shipping", "receiving")
PLACE = "https://id.gs1.org/414/9521234001010"
QUESTIONS = (
    "MATCH_anyEPC=https://id.gs1.org/8004/9521234EBB{n:07}",
    "EQ_bizStep=shipping",
    "EQ_bizTransaction_desadv=https://example.com/desadv/{n}",
    "EQ_bizStep=storing&EQ_readPoint=" + PLACE + "/254/C{n}",
    "GE_eventTime=2026-03-01T09:{m:02}:00%2B08:00&EQ_bizStep=collecting",
    "WD_bizLocation=" + PLACE + "&orderBy=eventTime",
)


def rows(databases: Databases, scale: Scale) -> Iterator[Row]:
    """Measure on both engines."""
    documents = max(1, scale.events // EVENTS)
    collector.calm()  # as the service does
    for engine in ENGINES:
        with databases.fresh(engine) as url:
            ledger = open_ledger(url)
            rates = [_captured(ledger, documents, one) for one in range(scale.rounds)]
            _fill(ledger, scale.indexed)
            with served(url) as server:
                _settle(ledger, url)
                asked = server.ask([_questions(server, scale.questions)])
            events = ledger.head().position
            ledger.close()
        yield Row(
            f"events captured and found, {EVENTS} a document",
            engine,
            f"{rate(median(rates))} events",
            "",
            median(rates) / 1000,
            Goal(2, 5, unit="k/s"),
        )
        yield Row(
            f"a question of EPCIS at {events:,} events",
            engine,
            f"p50 {millis(asked.p50)}, p99 {millis(asked.p99)}",
            "",
            asked.p99 * 1000,
            Goal(50, 20, "most", "ms"),
        )


def _fill(ledger: Ledger, until: Position) -> None:
    """Record and index events of other captures, which nobody has to read first."""
    context = orjson.dumps([CONTEXT]).decode()
    tell = Outgoing()
    while (reached := ledger.head().position) < until:
        facts = [_fact(_event(number), context) for number in range(reached, reached + AT_ONCE)]
        entries = [
            Entry(
                fact.type,
                fact.version,
                orjson.dumps(fact.model_dump(mode="json", exclude_none=True)),
                fact.subjects(),
                posted_by="bench",
            )
            for fact in facts
        ]
        ledger.append(entries, now=now())
        while (indexing.step(ledger, tell) or 0) < ledger.head().position:
            pass


def _fact(said: dict[str, object], context: str) -> EventCaptured:
    return EventCaptured(
        type="epcis",
        event_id=str(said["eventID"]),
        said=orjson.dumps(said).decode(),
        context=context,
        hash=f"ni:///sha-256;{0:064}?ver=CBV2.0",
        capture=str(uuid4()),
        sites=("330106-0007",),
    )


def _settle(ledger: Ledger, url: str) -> None:
    """Wait until the service has nothing to catch up with, its log neither: what is measured are
    the answers.
    """
    end = ledger.head().position
    while freshness.reached(ledger.engine) < end:
        time.sleep(LOOK_S)
    wait_until_sealed(url, end)


def _captured(ledger: Ledger, documents: int, turn: int) -> float:
    """Capture documents from their bytes until their events are found; return events a second.

    Taking them on is part of it.
    """
    freshness.lay_out(ledger.engine)
    lay_out(ledger.engine)
    exchange = Exchange(ledger, now, Outgoing(), _posting_nothing)
    captor = Captor("bench", "330106-0007", None)
    bodies = [_document((turn * documents + one) * EVENTS).decode() for one in range(documents)]
    begun = time.perf_counter()
    for body in bodies:
        captures.begin(
            ledger.engine, Capture(uuid4(), "site:330106-0007", captor, "rollback", body, now())
        )
    while exchange.work():
        pass
    reached, end = indexing.lag(ledger)
    assert reached == end, "all is found"
    return documents * EVENTS / (time.perf_counter() - begun)


def _posting_nothing(captor: Captor, bodies: object) -> list[Posted]:
    raise AssertionError("none of the bench's events is a movement of ours")


def _document(first: int) -> bytes:
    return orjson.dumps(
        {
            "@context": [CONTEXT],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-03-07T00:00:00Z",
            "epcisBody": {"eventList": [_event(first + one) for one in range(EVENTS)]},
        }
    )


def _event(number: int) -> dict[str, object]:
    """An event like those of a day: one battery, one place of some hundred, one paper of many."""
    day, minute = number // 86_400 % 28 + 1, number // 60 % 60
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        "eventTime": f"2026-03-{day:02}T09:{minute:02}:{number % 60:02}+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": STEPS[number % len(STEPS)],
        "disposition": "in_progress",
        "epcList": [f"https://id.gs1.org/8004/9521234EBB{number // 3:07}"],
        "readPoint": {"id": f"{PLACE}/254/C{number % 300}"},
        "bizLocation": {"id": PLACE},
        "bizTransactionList": [
            {"type": "desadv", "bizTransaction": f"https://example.com/desadv/{number // 20}"}
        ],
    }


def _questions(server: Server, count: int) -> list[str]:
    """Ask of each kind in turn, of something else each time."""
    asked = (QUESTIONS[n % len(QUESTIONS)].format(n=n % 300, m=n % 60) for n in range(count))
    key = server.keys["auditor"]
    return [server.get(f"/epcis/events?{one}", key) for one in asked]
