"""What is the fingerprint of everything recorded? Equal ledgers have equal ones, and only those."""

import json
from argparse import Namespace
from hashlib import sha256

from custody.cli import books
from custody.cli.progress import Report, shown
from custody.cli.speech import complain, either, tell
from custody.ledger import Ledger
from custody.terms import Position

RECORDS_AT_ONCE = 5_000


def run(arguments: Namespace) -> int:
    """Print the ledger's SHA-256 and how many records it covers; 1 if some are not there."""
    what = either("读取账本", "Reading the ledger")
    with books.opened() as ledger, shown(what, quiet=arguments.json) as report:
        head = ledger.head().position
        digest, records = fingerprint(ledger, head, report)
    if arguments.json:
        tell(json.dumps({"sha256": digest, "records": records}))
    else:
        tell(f"{digest}  {records}")
    if records == head:
        return 0
    return complain(
        f"账本应有 {head} 条，仅有 {records} 条。",
        f"The ledger should have {head} records and has {records}.",
        1,
    )


def fingerprint(ledger: Ledger, until: Position, report: Report) -> tuple[str, int]:
    """Return the SHA-256 of the records up to a position, and how many they are.

    Of each record it takes `position type length`, a line break, the body and a line break.
    """
    digest = sha256()
    position = records = 0
    while position < until:
        found = ledger.since(position, min(RECORDS_AT_ONCE, until - position))
        for one in found:
            digest.update(b"%d %s %d\n" % (one.position, one.type.encode(), len(one.data)))
            digest.update(one.data)
            digest.update(b"\n")
        records += len(found)
        position = found[-1].position if found else until
        report(position, until)
    return digest.hexdigest(), records
