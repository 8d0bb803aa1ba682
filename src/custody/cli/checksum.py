"""What is the fingerprint of everything recorded? Equal ledgers have equal ones, and only those."""

import json
from argparse import Namespace
from hashlib import sha256

from custody.cli import books
from custody.cli.progress import Report, shown
from custody.cli.speech import either, tell
from custody.ledger import Ledger

RECORDS_AT_ONCE = 5_000


def run(arguments: Namespace) -> int:
    """Print the ledger's SHA-256 and how many records it covers."""
    what = either("读取账本", "Reading the ledger")
    with books.opened() as ledger, shown(what, quiet=arguments.json) as report:
        digest, records = fingerprint(ledger, report)
    if arguments.json:
        tell(json.dumps({"sha256": digest, "records": records}))
    else:
        tell(f"{digest}  {records}")
    return 0


def fingerprint(ledger: Ledger, report: Report) -> tuple[str, int]:
    """Return the SHA-256 over `position type length`, the body and newlines, record by record."""
    until = ledger.head().position
    digest = sha256()
    position = 0
    while position < until:
        for record in ledger.since(position, min(RECORDS_AT_ONCE, until - position)):
            digest.update(b"%d %s %d\n" % (record.position, record.type.encode(), len(record.data)))
            digest.update(record.data)
            digest.update(b"\n")
            position = record.position
        report(position, until)
    return digest.hexdigest(), position
