"""How is a run told to those who were not there?"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from bench.costs import Shares
from bench.reasons import why
from bench.table import HEADINGS, Row, markdown

PREFACE = """\
# Figures

What `make bench` saw, in one run. Contenders take turns, round by round, on fresh databases; a
figure is the middle of five rounds, a ratio the middle of the rounds' own ratios. Every commit is
durable. The movements are a site's day: each battery is dropped off, stored and inspected, then
leaves in a consignment of twenty and is received by the next site.
"""

NOTES = """\
- *until recorded* is from the bytes of a request to those of its answer: cut, parsed, validated,
  decided and committed, four requests of about 1,000 movements under way at once, in one process.
  *Until projected* also waits for every projection, which follows beside it: in a thread on SQLite,
  in a process of its own on PostgreSQL.
- *eventsourcing* is the library used the obvious way (`bench/peers/`): plain pydantic models, an
  aggregate a battery and a consignment, all that a request touches saved at once. It does not know
  a movement that it has seen, remarks on nothing, and keeps no table beside its events.
- *flush + 5 ms*: whoever commits sleeps 5 ms after it, in its own thread, before it says that it is
  done (Custody's append, the library's save, the bare INSERT). So those who commit side by side
  sleep side by side.
- *With the log beside*: sealed, signed with a key of this machine, cosigned by two witnesses on
  loopback and published, as `custody serve` does it: in a thread on SQLite, in a process of its own
  on PostgreSQL. Runs with and without it take turns. *Under a checkpoint* is when that was ready to
  be handed out, by the clock that answers were timed with, to the millisecond; its own commit comes
  on top. Heads, which are noted every ten minutes, are in none of these figures.
- *Sealing alone* is what sealing takes of the time that the same facts take to be recorded and
  projected without a log.
- *An inclusion proof* is asked for over HTTP. The log's leaves are made up, and their entries say
  nothing: a proof reads hashes alone. A battery's *evidence* holds every body; *verified* is the
  time that `custody_verify.py` takes without its own start. For *custody verify* movements were
  recorded without being decided on; the whole command counts, its start included.
- *The feed read by one* goes page by page over one connection. *Recorded until heard* is from the
  instant that a fact bears to its arrival, by the same clock: of each piece that arrives the first
  fact counts, which has waited the longest.
- *Pushed until taken* is from the first delivery that a receiver had to the last, of all
  subscriptions together: read, written, signed, posted to a server in a process of its own,
  answered 204, and the cursor moved behind it. *At a receiver* is, like *heard*, from the instant
  that the first fact of a delivery bears. *Relayed into NATS* is into a JetStream of one server
  that flushes every message, until it has acknowledged the last.
- Emmett's figure was measured once on such a machine and is quoted.
"""


def page(machine: str, rows: Sequence[Row], shares: Shares) -> str:
    """Write the page."""
    parts = [PREFACE, f"{machine}\n"]
    if rows:
        parts.append(markdown(HEADINGS, [row.cells() for row in rows]) + "\n")
    parts.append(NOTES)
    missed = [row for row in rows if row.verdict == "missed"]
    if missed:
        parts.append("## Missed, and why\n")
        parts.append("\n".join(_reasons(missed)) + "\n")
    parts.append("## Where the time goes\n")
    parts.append("Shares of a profile (which itself slows Python down, and nothing else).\n")
    told = [
        (work, engine, ", ".join(f"{who} {percent:.0f} %" for who, percent in spent))
        for (work, engine), spent in shares.items()
    ]
    parts.append(markdown(("work", "on", "who spends it"), told) + "\n")
    return "\n".join(parts)


def _reasons(missed: Sequence[Row]) -> Iterator[str]:
    """Tell each reason once, with all that it is the reason for."""
    rows: defaultdict[str, list[str]] = defaultdict(list)
    for row in missed:
        against = row.against.partition(",")[0]
        beside = f" against {against}" if against else ""
        rows[why(row.work, row.engine)].append(f"{row.work}, {row.engine}{beside}")
    for reason, works in rows.items():
        yield f"- **{'; '.join(works)}**: {reason}"
