"""Which keys are there? Made, listed and revoked from the terminal of whoever has the database."""

import json
import sys
from argparse import Namespace
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from custody import codes, keys
from custody.cli import books
from custody.cli.speech import complain, either, say, tell
from custody.keys import Key
from custody.ledger import Ledger
from custody.terms import Refused, rfc3339

TABLE_COLUMNS = 160


def run(arguments: Namespace) -> int:
    """Do with the keys what was asked."""
    with books.opened() as ledger:
        match arguments.act:
            case "create":
                return _create(ledger, arguments)
            case "list":
                return _list(ledger, arguments)
        return _revoke(ledger, arguments)


def _create(ledger: Ledger, arguments: Namespace) -> int:
    try:
        if arguments.site is not None:
            codes.site(arguments.site)
        key, text = keys.create(
            ledger.engine,
            arguments.role,
            arguments.site,
            arguments.terminal,
            name=arguments.name,
        )
    except codes.CodeError as error:
        return complain(f"--site：{error.detail_zh}", f"--site: {error.detail}", 2)
    except Refused as refused:
        if refused.code == "key_needs_site":
            return complain("终端密钥须指定 --site。", "A terminal's key needs --site.", 2)
        return complain(
            "--site 和 --terminal 仅用于终端密钥。",
            "--site and --terminal are for keys of terminals alone.",
            2,
        )
    if arguments.json:
        told = {"id": key.id, "key": text, "role": key.role, "site": key.site}
        tell(json.dumps(told if key.terminal is None else {**told, "terminal": key.terminal}))
        return 0
    say(
        f"{text}\n编号 {key.id}，角色 {key.role}。密钥仅显示这一次，请妥善保存。",
        f"{text}\nIts id is {key.id}, its role {key.role}. It is shown this once; keep it safe.",
    )
    return 0


def _list(ledger: Ledger, arguments: Namespace) -> int:
    found = keys.listing(ledger.engine)
    if arguments.json:
        tell(json.dumps([_told(key) for key in found], ensure_ascii=False))
        return 0
    table = Table(box=box.SIMPLE)
    heads = ("编号 角色 站点 终端 备注 创建 撤销", "id role site terminal name created revoked")
    for head in either(*heads).split():
        table.add_column(head, no_wrap=head in ("id", "编号"))
    for key in found:
        table.add_row(*("" if value is None else str(value) for value in _told(key).values()))
    Console(width=None if sys.stdout.isatty() else TABLE_COLUMNS).print(table)
    return 0


def _revoke(ledger: Ledger, arguments: Namespace) -> int:
    if not keys.revoke(ledger.engine, arguments.id):
        return complain(
            f"没有编号为 {arguments.id} 的密钥。", f"There is no key {arguments.id}.", 1
        )
    if arguments.json:
        tell(json.dumps({"id": arguments.id, "revoked": True}))
    else:
        say(f"已撤销 {arguments.id}，1秒内生效。", f"Revoked {arguments.id}; it counts within 1 s.")
    return 0


def _told(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "role": key.role,
        "site": key.site,
        "terminal": key.terminal,
        "name": key.name,
        "created_at": rfc3339(key.created_at),
        "revoked_at": None if key.revoked_at is None else rfc3339(key.revoked_at),
    }
