"""Which keys are there? Made, listed and revoked from the terminal of whoever has the database."""

import datetime as dt
import json
import os
from argparse import Namespace
from typing import Any

from custody import access, codes, keys
from custody.cli import books, tables
from custody.cli.speech import complain, either, note, say, tell
from custody.codes import CodeError
from custody.keys import Key
from custody.ledger import Ledger
from custody.settings import in_production
from custody.terms import Refused, rfc3339

MISFITS = {
    "key_needs_site": (
        "终端密钥须指定 --site；操作员密钥须指定 --site 或 --organisation 之一。",
        "A terminal's key needs --site, an operator's either --site or --organisation.",
    ),
    "key_needs_organisation": (
        "承运方密钥须指定 --organisation。",
        "A carrier's key needs --organisation.",
    ),
    "key_needs_division": (
        "主管部门密钥须指定 --division。",
        "An authority's key needs --division.",
    ),
    "key_has_no_site": (
        "--site 仅用于终端和操作员密钥，--terminal 仅用于终端密钥。",
        "--site is for keys of terminals and operators, --terminal for those of terminals alone.",
    ),
    "key_has_no_organisation": (
        "--organisation 不适用于此角色的密钥。",
        "Keys of this role are not bound by --organisation.",
    ),
    "key_has_no_division": (
        "--division 仅用于主管部门、审计和集成密钥。",
        "--division is for keys of authorities, auditors and integrators.",
    ),
}
"""What to say of a role and what it is bound to, where the two do not go together."""


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
    unfit = _unfit(arguments)
    if unfit is not None:
        option, error = unfit
        return complain(f"--{option}：{error.detail_zh}", f"--{option}: {error.detail}", 2)
    try:
        key, text = keys.create(
            ledger.engine,
            arguments.role,
            arguments.site,
            arguments.terminal,
            organisation=arguments.organisation,
            division=arguments.division,
            name=arguments.name,
            test=arguments.test,
        )
    except Refused as refused:
        return complain(*MISFITS[refused.code], 2)
    if arguments.test and in_production(os.environ):
        note(
            either(
                "注意：CUSTODY_ENV=production，测试密钥在此无效。",
                "Mind that CUSTODY_ENV=production: a key for tests opens nothing here.",
            )
        )
    if arguments.json:
        told = {"id": key.id, "key": text, "role": key.role, "site": key.site}
        bound = {name: getattr(key, name) for name in ("terminal", "organisation", "division")}
        tell(json.dumps(told | {name: value for name, value in bound.items() if value}))
        return 0
    say(
        f"{text}\n编号 {key.id}，角色 {key.role}。密钥仅显示这一次，请妥善保存。",
        f"{text}\nIts id is {key.id}, its role {key.role}. It is shown this once; keep it safe.",
    )
    return 0


def _unfit(arguments: Namespace) -> tuple[str, CodeError] | None:
    """Return which option names what cannot be, and why; None if none does."""
    for option, check in (
        ("site", codes.site),
        ("organisation", codes.uscc),
        ("division", _an_area),
    ):
        said = getattr(arguments, option)
        try:
            if said is not None:
                check(said)
        except CodeError as error:
            return option, error
    return None


def _an_area(code: str) -> object:
    """Check the code of a province, a city or a county. Raises CodeError."""
    match len(access.prefix(code)):
        case 2:
            return codes.province_name(code)
        case 4:
            return codes.city_name(code)
    return codes.division(code, dt.date.max)


def _list(ledger: Ledger, arguments: Namespace) -> int:
    found = keys.listing(ledger.engine)
    if arguments.json:
        tell(json.dumps([_told(key) for key in found], ensure_ascii=False))
        return 0
    tables.show(
        "编号 角色 站点 终端 单位 区划 备注 创建 撤销",
        "id role site terminal organisation division name created revoked",
        (["" if value is None else str(value) for value in _told(key).values()] for key in found),
    )
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
        "organisation": key.organisation,
        "division": key.division,
        "name": key.name,
        "created_at": rfc3339(key.created_at),
        "revoked_at": None if key.revoked_at is None else rfc3339(key.revoked_at),
    }
