"""Is the database laid out as this program needs it, and how does it get there?"""

from argparse import Namespace

from custody import collector, pushing, rebuilding, relaying, vault
from custody.cli import books
from custody.cli.progress import shown
from custody.cli.speech import either, say
from custody.exchange import tables as exchange
from custody.identity import nonces
from custody.ledger import SCHEMA_VERSION, Ledger
from custody.projections import EVERYTHING, LAYOUT
from custody.projections.freshness import OtherLayout, lay_out


def run(arguments: Namespace) -> int:
    """Lay out what is missing, build older projections anew; leave what we do not know alone."""
    collector.calm()
    with books.ledger_opened() as ledger:
        vault.lay_out(ledger.engine)
        pushing.lay_out(ledger.engine)
        exchange.lay_out(ledger.engine)
        relaying.lay_out(ledger.engine)
        nonces.lay_out(ledger.engine)
        try:
            lay_out(ledger.engine)
        except OtherLayout as other:
            if other.found > other.known:
                raise
            _renew(ledger)
    say(
        f"数据库结构版本 {SCHEMA_VERSION}，投影布局 {LAYOUT}，已就绪。",
        f"Schema version {SCHEMA_VERSION}, layout of projections {LAYOUT}; ready.",
    )
    return 0


def _renew(ledger: Ledger) -> None:
    with shown(either("重建投影", "Rebuilding")) as report:
        rebuilding.rebuild(ledger, EVERYTHING, report)
