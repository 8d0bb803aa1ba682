"""Who writes what down in the made-up weeks, and when does it reach the service?"""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, TypeVarTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.demo import rates
from custody.demo.agenda import Agenda, at_work
from custody.demo.chance import Seldom
from custody.demo.numbers import Numbers
from custody.demo.sites import POINT, Site
from custody.demo.terminal import Movement, Posting, Terminal
from custody.terms import HOUR, MINUTE, Millis

Ts = TypeVarTuple("Ts")

Wait = tuple[Millis, Millis]
"""The shortest and the longest."""

POSTING_MAX = 500
SOON: Wait = (1 * MINUTE, 60 * MINUTE)
LATE: Wait = (3 * HOUR, 72 * HOUR)
AGAIN: Wait = (5_000, 2 * MINUTE)  # until an unanswered request is repeated


class Desk:
    """All terminals, and what they have sent that is not yet handed out."""

    def __init__(self, agenda: Agenda, rng: Random) -> None:
        self.agenda = agenda
        self.rng = rng
        self.seldom = Seldom()
        self.numbers = Numbers(rng)
        self.notable: dict[str, str] = {}
        self._terminals: dict[str, Terminal] = {}
        self._sent: list[Posting] = []

    @property
    def now(self) -> Millis:
        """The moment that the story has come to."""
        return self.agenda.now

    def after(self, wait: Wait) -> Millis:
        """Return a moment some time from now."""
        return self.now + self.rng.randint(*wait)

    def later(self, wait: Wait, act: Callable[[*Ts], None], *args: *Ts) -> None:
        """Have something done some time from now, when somebody is at work."""
        self.agenda.at(at_work(self.after(wait)), act, *args)

    def soon(self, wait: Wait, act: Callable[[*Ts], None], *args: *Ts) -> None:
        """Have something done some time from now, by people who are there already."""
        self.agenda.at(self.after(wait), act, *args)

    def notice(self, what: str, name: str) -> None:
        """Remember the first of something that is worth showing."""
        self.notable.setdefault(what, name)

    def record(self, site: Site, kind: str, /, **fields: Any) -> Movement:
        """Write a movement at a site now, which its device signs; it is sent in a while."""
        return self.record_signed(self._terminal(site).signer, site, kind, **fields)

    def record_signed(
        self, by: Ed25519PrivateKey | None, site: Site, kind: str, /, **fields: Any
    ) -> Movement:
        """Write a movement at a site now, signed by whatever is at hand, or by nothing."""
        terminal = self._terminal(site)
        movement = terminal.write(self.rng, self.now, kind, fields, by)
        if len(terminal.unsent) == 1:
            often = rates.LATE if site.kind == POINT else rates.LATE_ELSEWHERE
            delay = LATE if self.rng.random() < often else SOON
            terminal.due = max(terminal.due, self.after(delay))
            self.agenda.at(terminal.due, self._send, terminal)
        return movement

    def out_of_reach(self, site: Site, until: Millis) -> None:
        """Keep what a site has written, and writes till then, from being sent earlier."""
        terminal = self._terminal(site)
        terminal.due = max(terminal.due, until)

    def sent(self) -> Iterator[Posting]:
        """Hand out what has been sent since the last time."""
        postings, self._sent = self._sent, []
        yield from postings

    def close(self) -> Iterator[Posting]:
        """Have every terminal send what it still has, at the very end."""
        self.agenda.now = self.agenda.until
        for terminal in sorted(self._terminals.values(), key=lambda one: one.due):
            terminal.due = self.now
            self._send(terminal)
            yield from self.sent()

    def _terminal(self, site: Site) -> Terminal:
        if site.id not in self._terminals:
            self._terminals[site.id] = Terminal(site.id, site.signer())
        return self._terminals[site.id]

    def _send(self, terminal: Terminal) -> None:
        if terminal.due > self.now:
            self.agenda.at(terminal.due, self._send, terminal)
            return
        movements, terminal.unsent = terminal.unsent, []
        for i in range(0, len(movements), POSTING_MAX):
            self._post(terminal.site, movements[i : i + POSTING_MAX])
            if self.rng.random() < rates.DUPLICATE:
                again = self.now + self.rng.randint(*AGAIN)
                self.agenda.at(again, self._post, terminal.site, movements[i : i + POSTING_MAX])

    def _post(self, site: str, movements: list[Movement]) -> None:
        self._sent.append(Posting(site, self.now, movements))
