"""Who has read what people left behind, and evidence? Told to whoever has the database."""

import json
from argparse import Namespace
from dataclasses import asdict

from custody import access_log
from custody.cli import books, tables
from custody.cli.speech import tell
from custody.terms import rfc3339

SHOWN = ("at", "asker", "role", "site", "action", "resource", "outcome")


def run(arguments: Namespace) -> int:
    """List the latest looks that answer to all that is asked."""
    with books.ledger_opened() as ledger:
        access_log.lay_out(ledger.engine)
        looks = access_log.listing(
            ledger.engine,
            asker=arguments.asker,
            action=arguments.action,
            resource=arguments.resource,
            limit=arguments.limit,
        )
    rows = [{**asdict(look), "at": rfc3339(look.at)} for look in looks]
    if arguments.json:
        tell(json.dumps(rows, ensure_ascii=False))
        return 0
    tables.show(
        "时间 谁 角色 站点 操作 对象 答复",
        " ".join(SHOWN),
        ([str(row[name] or "") for name in SHOWN] for row in rows),
    )
    return 0
