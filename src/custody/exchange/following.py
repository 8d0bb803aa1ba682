"""Who captures what was taken on, and keeps the index up with the ledger? One thread.

It does so in one process at a time, and goes on where a process that died has stopped: a capture
is recorded whole in one commit of the ledger, so that doing it again finds it done.
"""

import logging
import time
from collections.abc import Callable
from threading import Condition, Event, Thread
from typing import Final

from custody.epcis import documents
from custody.exchange import captures, incoming, indexing
from custody.exchange.adding import Tell
from custody.exchange.analyzing import MANY_RECORDS, analyze
from custody.exchange.captured import Kept, Outcome, arrived, record
from custody.exchange.captures import Capture, Error
from custody.exchange.envelope import QUERY_DOCUMENT, events_in, master_data_in
from custody.exchange.incoming import Post, brought, reached
from custody.exchange.indexing import Overtaken
from custody.exchange.master_data import record_master_data
from custody.exchange.placing import Placing
from custody.exchange.tables import lay_out
from custody.exchange.told_back import Ours
from custody.ledger import Ledger, Unavailable
from custody.ledger.leading import lead_of
from custody.projections.freshness import reached as projected
from custody.terms import FieldError, Millis, Position, Refused

CAPTURES_AT_ONCE: Final = 20
"""Captures read at once by whoever does them, one after another."""

IDLE_S: Final = 1.0
"""How long one that has nothing to do, or does not lead, waits before it looks again."""

REST_S: Final = 0.05
"""How long it lets records gather, unless somebody waits for them."""

LOOK_S: Final = 0.02
"""How often one who waits looks at what another process has done."""

BEHIND_MAX: Final = 1_000
"""Records that an index may be behind and still answer: with more, it is only being made."""

BEING_MADE_S: Final = 5.0
"""How long whoever asks for events waits while it is."""

NEAR_S: Final = 0.5
"""How long an index that was near the ledger's end is taken to be so."""

_LOCK: Final = 0x65706366  # any number, as long as every process asks for the same

log = logging.getLogger(__name__)

Clock = Callable[[], Millis]


class Exchange:
    """Captures and indexes, from when it is started until it is stopped."""

    def __init__(self, ledger: Ledger, clock: Clock, tell: Tell, post: Post) -> None:
        self._ledger = ledger
        self.post = post
        self._clock = clock
        self.tell = tell
        self._lead = lead_of(ledger.engine, _LOCK, "exchange")
        self._stopped = Event()
        self._hurried = Event()
        self._progress = Condition()
        self._thread: Thread | None = None
        self._near_until = 0.0
        self._has_begun = False
        self._unanalyzed = 0

    @property
    def ledger(self) -> Ledger:
        """Where what is captured stands."""
        return self._ledger

    def start(self) -> None:
        """Make the tables, and go on with what was taken on before."""
        lay_out(self._ledger.engine)
        self._thread = Thread(target=self._follow, name="exchange", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the batch at hand, and let another process go on."""
        self._stopped.set()
        self._hurry()
        self._ledger.stir()
        if self._thread is not None:
            self._thread.join()

    def begun(self, seconds: float = BEING_MADE_S) -> None:
        """Let the index begin, now that it is wanted, and wait while it is being made.

        And until the projections are as far, which know whose sites are whose: until then an
        organisation would see nothing of its own. Raises Refused if that takes longer: what is not
        indexed yet must not seem not to be there.
        """
        if time.monotonic() < self._near_until:
            return
        at, end = indexing.lag(self._ledger)
        if at is None:
            indexing.begin(self._ledger)
        self._hurry()
        # At 0 it is only begun, however short the ledger is.
        if not at or end - at > BEHIND_MAX:
            engine = self._ledger.engine
            if not self.wait_for(end, seconds) or not self.until(
                lambda: projected(engine) >= end, seconds
            ):
                raise Refused("not_there_yet")
        self._near_until = time.monotonic() + NEAR_S

    def take_on(self, capture: Capture) -> None:
        """Take a document on, for good."""
        captures.begin(self._ledger.engine, capture)
        self._hurry()

    def wait_for(self, position: Position, seconds: float) -> bool:
        """Block until the index reflects a position; False if the time ran out first."""
        return self.until(lambda: (indexing.lag(self._ledger)[0] or 0) >= position, seconds)

    def until(self, so: Callable[[], bool], seconds: float) -> bool:
        """Block until something is so; False if the time ran out first."""
        deadline = time.monotonic() + seconds
        while not so():
            left = deadline - time.monotonic()
            if left <= 0 or self._stopped.is_set():
                return False
            self._hurry()
            with self._progress:
                self._progress.wait(min(left, LOOK_S))
        return True

    def _hurry(self) -> None:
        self._hurried.set()
        self._ledger.stir()

    def work(self) -> bool:
        """Do what there is to do; say whether there may be more."""
        engine = self._ledger.engine
        waiting = captures.waiting(engine, CAPTURES_AT_ONCE)
        for capture in waiting:
            if capture.recorded_at is None:
                captures.recorded(engine, self._done(captures.with_body(engine, capture)))
        before, end = indexing.lag(self._ledger)
        if before is None and waiting:
            indexing.begin(self._ledger)
            before = 0
        self._has_begun = before is not None
        if before is None:
            return False
        after = indexing.step(self._ledger, self.tell)
        if waiting:
            captures.finish(engine, after or 0, self._clock())
        with self._progress:
            self._progress.notify_all()
        self._unanalyzed += max(0, (after or 0) - before)
        more = bool(waiting) or (after or 0) < end
        if self._unanalyzed >= MANY_RECORDS and not more:
            self._unanalyzed = 0
            analyze(engine)
        return more

    def _done(self, capture: Capture) -> Capture:
        """Capture a document; a mistake of ours costs that one, and none of those behind it."""
        now = self._clock()
        try:
            return done(self._ledger, capture, now, self.post, self.tell)
        except Unavailable:
            raise
        except Exception:
            log.exception("capture %s failed", capture.name)
            return capture._replace(recorded_at=now, errors=[told(Refused("internal"))])

    def _follow(self) -> None:
        while not self._stopped.is_set():
            try:
                if not self._lead.take():
                    self._stopped.wait(IDLE_S)
                    continue
                self._hurried.clear()
                if not self.work():
                    self._rest()
            except Overtaken:
                continue
            except Unavailable:
                self._lead.drop()
                self._stopped.wait(IDLE_S)
            except Exception:
                log.exception("the exchange with partners stopped; trying again")
                self._lead.drop()
                self._stopped.wait(IDLE_S)
        self._lead.drop()

    def _rest(self) -> None:
        """Wait until something is recorded, or somebody wants something.

        Before anybody ever has, what is recorded is no news: to look each time took as much of
        those who answer as deciding does.
        """
        if not self._has_begun:
            self._hurried.wait(IDLE_S)
            return
        end = self._ledger.head().position
        self._ledger.wait(end, IDLE_S, lambda: self._stopped.is_set() or self._hurried.is_set())
        if not self._hurried.is_set():
            self._hurried.wait(REST_S)


def done(ledger: Ledger, capture: Capture, now: Millis, post: Post, tell: Tell) -> Capture:
    """Record the events of a capture; return it with what came of it."""
    proceed = capture.behaviour == "proceed"
    body = capture.body.encode()
    try:
        cut = events_in(body)
        if cut.type == QUERY_DOCUMENT:
            read = documents.read_answer(body)
        else:
            read = documents.read(body, proceed=proceed)
        header = master_data_in(body)
        sites = Placing(ledger, capture.captor, header, read.context)
        came = [arrived(event, cut.events[event.index], sites) for event in read.events]
        ours = Ours(ledger, tell, came, capture.captor)
        outcomes = (
            record(ledger, came, capture.id, capture.captor, now, strict=not proceed, ours=ours)
            if came
            else []
        )
    except Refused as refused:
        return capture._replace(recorded_at=now, errors=[told(refused)])
    errors = [told(Refused("epcis_invalid", *fault.errors)) for fault in read.faults] + [
        told(_placed(outcome, one.event.index))
        for one, outcome in zip(came, outcomes, strict=True)
        if isinstance(outcome, Refused)
    ]
    movements = brought(post, capture.captor, came, outcomes) if kept(outcomes) else []
    master_data = header if kept(outcomes) or not (came or errors) else None
    headed = 0
    if master_data is not None:
        said = (master_data, read.context.json, capture.id, capture.captor, now)
        headed = record_master_data(ledger, *said)
    return capture._replace(
        recorded_at=now,
        errors=errors,
        position=max(kept(outcomes), reached(movements), headed) or None,
        movements=[*map(incoming.told, movements)],
    )


def told(refused: Refused) -> Error:
    """Write down what was wrong, to be told later in whatever language."""
    return {
        "code": refused.code,
        "params": refused.params,
        "errors": [[one.pointer, one.code, one.params] for one in refused.errors],
    }


def untold(error: Error) -> Refused:
    """Read what was written down."""
    errors = (FieldError(*one) for one in error["errors"])
    return Refused(error["code"], *errors, **error["params"])


def _placed(refused: Refused, index: int) -> Refused:
    place = f"/epcisBody/eventList/{index}"
    errors = (FieldError(place + one.pointer, one.code, one.params) for one in refused.errors)
    return Refused(refused.code, *errors, **refused.params)


def kept(outcomes: list[Outcome]) -> Position:
    """Return the last position at which any of some events stands; 0 if none was recorded."""
    return max((one.position for one in outcomes if isinstance(one, Kept)), default=0)
