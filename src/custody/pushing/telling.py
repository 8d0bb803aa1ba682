"""How is one subscription told what is its to hear? A batch, its answer, the cursor, the next."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from sqlalchemy import Engine

from custody.feed import Following
from custody.feed.looking import looked
from custody.ledger import Ledger
from custody.pushing import judging, progress, secrets
from custody.pushing.answers import Answered
from custody.pushing.backoff import Patience
from custody.pushing.parcels import Parcel, Stretch, first, parcel, signed
from custody.pushing.places import Places
from custody.pushing.progress import Active
from custody.pushing.signing import Unsealable
from custody.pushing.sources import Behind, Source, source_of
from custody.pushing.subscription import Subscription
from custody.terms import Millis, Position

if TYPE_CHECKING:
    from custody.pushing.posting import Posting

EVERY_S: Final = 1.0
"""After how long with nothing to tell the cursor passes over what was not chosen."""

SKIPPED_MAX: Final = 500
"""Records that it passes over before that is written down."""

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)


SAID_MAX: Final = 200
"""Characters of an answer that go into the log."""

NOT_YOURS: Final = 451
"""Stands for a receiver's refusal where a fact is not even sent."""

DEAD: Final = (
    "订阅 %s 拒收位置 %s 的事实，已列为死信。A fact is refused for good and is a dead letter now: "
    "%s"
)
DISABLED: Final = (
    "订阅 %s 已停用：%s。The subscription is disabled, and goes on at its cursor once it is "
    "resumed. %s"
)


@dataclass
class Course:
    """What every delivery needs at hand."""

    ledger: Ledger
    master: bytes | None
    clock: Callable[[], Millis]
    patience: Patience
    chance: Callable[[], float]
    posting: Callable[[], Posting]
    places: Places = field(init=False)
    following: Following = field(init=False)

    async def ask(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Have a thread ask the database."""
        return await looked(self.ledger, call, *args, **kwargs)


class Telling:
    """Tells one subscription, until it fails, is caught unawares by a command, or is stopped."""

    def __init__(self, course: Course, active: Active) -> None:
        assert active.scope is not None or not active.dead, "a revoked key revives nothing"
        self._course = course
        self._active = active
        self._over = False
        self.busy = False
        """Whether something is under way: its answer is waited for, and counts."""

    def serves(self, now: Active | None) -> bool:
        """Tell whether it may go on, by how the subscription stands now."""
        was = self._active
        if (
            now is None
            or (now.dead and not was.dead)
            or now.scope != was.scope
            or now.subscription.round != was.subscription.round
            or now.subscription.secret != was.subscription.secret
        ):
            self._over = True
        return not self._over

    async def run(self) -> None:
        """Tell."""
        one, scope = self._active.subscription, self._active.scope
        if scope is None:
            await self._course.ask(progress.disable, self._engine, one.id, "key_revoked")
            log.error(DISABLED, one.id, "key_revoked", "")
            return
        async with self._course.posting() as posting:
            course = self._course
            source = source_of(course.ledger, course.following, one, scope, course.clock)
            if self._active.dead:
                await self._revive(posting, one, source)
                return
            going: Subscription | None = one
            if one.reaching is not None:
                told = await self._read(source, one.cursor, one.reaching)
                going = await self._send(posting, one, Stretch(one.cursor, one.reaching, told))
            if going is not None:
                await self._follow(posting, going, source)

    @property
    def _engine(self) -> Engine:
        return self._course.ledger.engine

    async def _follow(self, posting: Posting, one: Subscription, source: Source) -> None:
        going, after = one, one.cursor
        async for position, chosen in source.listen(after, EVERY_S):
            left = chosen
            while left:
                stretch = first(going.envelope, after, position, left, going.at_once)
                sent = await self._send(posting, going, stretch)
                if sent is None:
                    return
                going, after, left = sent, stretch.until, left[len(stretch.told) :]
            idle = position == after
            after = position
            if after - going.cursor >= SKIPPED_MAX or (idle and after > going.cursor):
                passed = await self._step(going, cursor=after)
                if passed is None:
                    return
                going = passed

    async def _send(
        self, posting: Posting, one: Subscription, stretch: Stretch
    ) -> Subscription | None:
        """Deliver a stretch; None unless it was taken and the next may follow at once."""
        if self._over:
            return None
        self.busy = True
        try:
            begun: Subscription | None = one
            if (one.cursor, one.reaching) != (stretch.after, stretch.until):
                reached = {"cursor": stretch.after, "reaching": stretch.until}
                begun = await self._step(one, **reached)
            if begun is None or not stretch.told:
                # What had been chosen is no longer its maker's to hear.
                passed = {"cursor": stretch.until, "reaching": None}
                return None if begun is None else await self._step(begun, **passed)
            sent = parcel(one, one.round, stretch)
            answered = await self._post(posting, begun, sent)
            moved = await self._judge(begun, stretch, answered)
        finally:
            self.busy = False
        return moved if answered.meaning == "taken" else None

    async def _judge(
        self, one: Subscription, stretch: Stretch, answered: Answered
    ) -> Subscription | None:
        """Write down what follows from an answer."""
        course = self._course
        patience, chance, now = course.patience, course.chance(), course.clock()
        judged = judging.judged(one, stretch, answered, patience, chance, now)
        if judged.dies and stretch.until > stretch.after:  # of nothing, nothing is put aside
            position = stretch.told[0].position
            log.warning(DEAD, one.id, position, _in_short(answered))
            dying = (one, position, judged.values, patience.dead_letters_max)
            moved = await self._course.ask(progress.die, self._engine, *dying)
        else:
            moved = await self._step(one, **judged.values)
        if moved is not None and moved.state == "disabled":
            log.error(DISABLED, one.id, moved.reason, _in_short(answered))
        return moved

    async def _step(self, one: Subscription, **values: Any) -> Subscription | None:
        return await self._course.ask(progress.step, self._engine, one, **values)

    async def _revive(self, posting: Posting, one: Subscription, source: Source) -> None:
        """Tell dead facts again, one by one, by themselves: their turn has passed."""
        going = True
        while going and not self._over:
            asked = await self._course.ask(progress.dead_again, self._engine, one.id)
            if asked is None:
                return
            self.busy = True
            try:
                going = await self._revive_one(posting, one, source, asked)
            finally:
                self.busy = False

    async def _revive_one(
        self, posting: Posting, one: Subscription, source: Source, asked: tuple[Position, Millis]
    ) -> bool:
        """Tell a dead fact again; return whether another may follow at once."""
        position, again = asked
        told = await self._read(source, position - 1, position)
        stretch = Stretch(position - 1, position, told)
        if told:
            sent = parcel(one, -again, stretch)
            answered = await self._post(posting, one, sent)
        else:
            answered = Answered(NOT_YOURS, "no longer yours to hear")
        if answered.meaning == "taken":
            await self._course.ask(progress.revived, self._engine, one.id, position)
        elif answered.meaning in ("refused", "too_much"):
            still = (one.id, asked, answered, self._course.clock())
            await self._course.ask(progress.still_dead, self._engine, *still)
        else:
            await self._judge(one, stretch, answered)
            return False
        return True

    async def _post(self, posting: Posting, one: Subscription, sent: Parcel) -> Answered:
        course = self._course
        async with course.places.place(one):
            try:
                now = course.clock()
                known = secrets.opened(course.master, one, now)
                headers = signed(one, known, sent, now)
                return await posting.post(one.url, sent.content, headers, now)
            except Unsealable as error:
                log.error("订阅 %s 的密钥无法读取。Its secret cannot be read: %s", one.id, error)  # noqa: TRY400
                return Answered(None, f"not sent: {error}")

    async def _read(self, source: Source, after: Position, until: Position) -> Sequence[Any]:
        told = await self._course.ask(source.read, after, until)
        if told is None:
            raise Behind
        return told


def _in_short(answered: Answered) -> str:
    """Say in one line what was answered: nobody writes lines of their own into our log."""
    return " ".join(f"{answered.status} {answered.said}".split())[:SAID_MAX]
