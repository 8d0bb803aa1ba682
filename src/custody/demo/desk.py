"""Who writes what down in the made-up weeks, and when does it reach the service?"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Any

from custody.codes import consignment_no, tag
from custody.codes.tag import COUNTER_MAX
from custody.demo import rates
from custody.demo.agenda import Agenda
from custody.demo.sites import Site
from custody.demo.terminal import Posting, Terminal
from custody.terms import EPOCH, HOUR, MILLISECOND, MINUTE, SHANGHAI, Millis

POSTING_MAX = 500
SOON = (1 * MINUTE, 30 * MINUTE)
LATE = (3 * HOUR, 72 * HOUR)
AGAIN = (5_000, 2 * MINUTE)  # until an unanswered request is repeated


class Desk:
    """All terminals, and what they have sent that is not yet handed out."""

    def __init__(self, agenda: Agenda, rng: Random) -> None:
        self.agenda = agenda
        self.rng = rng
        self._terminals: dict[str, Terminal] = {}
        self._sent: list[Posting] = []
        self._numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(1))

    def record(self, site: Site, kind: str, **fields: Any) -> str:
        """Write a movement at a site now; it is sent in a while. Return its id."""
        terminal = self._terminals.setdefault(site.id, Terminal(site.id))
        movement = terminal.write(self.rng, self.agenda.now, kind, fields)
        if len(terminal.unsent) == 1:
            delay = LATE if self.rng.random() < rates.LATE else SOON
            terminal.due = self.agenda.now + self.rng.randint(*delay)
            self.agenda.at(terminal.due, self._send, terminal)
        return str(movement["id"])

    def out_of_reach(self, site: Site, until: Millis) -> None:
        """Keep what a site has written, and writes till then, from being sent earlier."""
        terminal = self._terminals[site.id]
        terminal.due = max(terminal.due, until)

    def sent(self) -> Iterator[Posting]:
        """Hand out what has been sent since the last time."""
        postings, self._sent = self._sent, []
        yield from postings

    def close(self) -> Iterator[Posting]:
        """Have every terminal send what it still has, at the very end."""
        self.agenda.now = self.agenda.until
        for terminal in self._terminals.values():
            terminal.due = self.agenda.now
            self._send(terminal)
            yield from self.sent()

    def new_tag(self, site: Site) -> str:
        """Take the next tag from the division's book of tags."""
        division = site.county.division
        number = next(self._numbers[f"tag {division}"]) % (COUNTER_MAX + 1)
        return tag(self._day().year, division, number)

    def new_consignment(self, site: Site) -> str:
        """Number a consignment that leaves a site today."""
        division = site.county.division
        return consignment_no(division, self._day(), next(self._numbers[division]))

    def _day(self) -> dt.date:
        return (EPOCH + self.agenda.now * MILLISECOND).astimezone(SHANGHAI).date()

    def _send(self, terminal: Terminal) -> None:
        if terminal.due > self.agenda.now:
            self.agenda.at(terminal.due, self._send, terminal)
            return
        movements, terminal.unsent = terminal.unsent, []
        for i in range(0, len(movements), POSTING_MAX):
            self._post(terminal.site, movements[i : i + POSTING_MAX])
            if self.rng.random() < rates.DUPLICATE:
                again = self.agenda.now + self.rng.randint(*AGAIN)
                self.agenda.at(again, self._post, terminal.site, movements[i : i + POSTING_MAX])

    def _post(self, site: str, movements: list[dict[str, Any]]) -> None:
        self._sent.append(Posting(site, self.agenda.now, movements))
