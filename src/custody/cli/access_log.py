"""Who has read what people left behind, and evidence? Told to whoever has the database."""

import json
import sys
from argparse import Namespace
from dataclasses import asdict

from rich import box
from rich.console import Console
from rich.table import Table

from custody import access_log
from custody.cli import books
from custody.cli.speech import either, tell
from custody.terms import rfc3339

TABLE_COLUMNS = 200
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
    table = Table(box=box.SIMPLE)
    heads = either("时间 谁 角色 站点 操作 对象 答复", " ".join(SHOWN))
    for head in heads.split():
        table.add_column(head)
    for row in rows:
        table.add_row(*(str(row[name] or "") for name in SHOWN))
    Console(width=None if sys.stdout.isatty() else TABLE_COLUMNS).print(table)
    return 0
