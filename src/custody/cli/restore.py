"""How does a backup get into an empty database, and is everything then as it was?"""

import json
from argparse import Namespace
from contextlib import AbstractContextManager
from pathlib import Path

from custody import backup, collector
from custody.backup import (
    Compared,
    Damaged,
    Found,
    NotABackup,
    NotEmpty,
    OtherFormat,
    WrongFile,
)
from custody.cli import books
from custody.cli.progress import Report, shown
from custody.cli.speech import complain, either, say, tell, why

DONE, WRONG, UNUSABLE = 0, 1, 2


def run(arguments: Namespace) -> int:
    """Restore a backup, or only check it; 1 if it is damaged, 2 if it is not what is needed."""
    try:
        if arguments.check:
            with _bar("读取备份", "Reading the backup", arguments) as report:
                found = backup.check(Path(arguments.file), report)
            return _tell(arguments, found, None)
        return _restored(arguments)
    except WrongFile as error:
        return _wrong(error)
    except NotEmpty as error:
        named = ", ".join(error.tables)
        return complain(
            f"数据库不是空的（{named}）；备份只能恢复到空数据库。未作任何改动。",
            f"The database is not empty ({named}); a backup is restored into an empty one. "
            "Nothing was changed.",
            UNUSABLE,
        )
    except OSError as error:
        return complain(f"无法读取：{why(error)}", f"It cannot be read: {why(error)}", UNUSABLE)


def _restored(arguments: Namespace) -> int:
    collector.calm()
    newer = [Path(one) for one in arguments.forgotten]
    with books.opened() as ledger:
        with _bar("恢复账本", "Restoring the ledger", arguments) as report:
            found = backup.restore(ledger, Path(arguments.file), report, newer)
        with _bar("建立投影", "Building the projections", arguments) as report:
            backup.project(ledger, report)
        with _bar("核对", "Comparing", arguments) as report:
            compared = backup.compare(ledger, found, report)
    return _tell(arguments, found, compared)


def _bar(zh: str, en: str, arguments: Namespace) -> AbstractContextManager[Report]:
    return shown(either(zh, en), quiet=arguments.json)


def _tell(arguments: Namespace, found: Found, compared: Compared | None) -> int:
    """Tell what the backup holds, and whether it is in the database just as it was."""
    equal = compared is None or compared.equal
    if arguments.json:
        told = {
            "file": arguments.file,
            "sha256": found.sha256,
            "made_at": found.made_at,
            "position": found.head.position,
            "ledger": found.ledger,
            "rows": found.rows,
            "vault_keys": found.vault_keys,
        }
        if compared is not None:
            told["equal"] = {"ledger": compared.ledger, "projections": _agreement(compared)}
        tell(json.dumps(told))
        return DONE if equal else WRONG
    position = found.head.position
    if compared is None:
        say(
            f"{arguments.file} 完整：至位置 {position}，账本 {found.ledger}。",
            f"{arguments.file} is whole: up to position {position}, ledger {found.ledger}.",
        )
    elif compared.equal:
        say(
            f"已恢复至位置 {position}，账本一致：{found.ledger}。",
            f"Restored up to position {position}; the ledger is equal: {found.ledger}.",
        )
    else:
        named = ", ".join([*([] if compared.ledger else ["ledger"]), *(compared.projections or ())])
        complain(f"恢复后不一致：{named}。", f"Restored, and DIFFERENT: {named}.", WRONG)
    return DONE if equal else WRONG


def _agreement(compared: Compared) -> bool | None:
    return None if compared.projections is None else not compared.projections


def _wrong(error: WrongFile) -> int:
    path = error.path
    match error:
        case Damaged():
            return complain(
                f"{path} {error.zh}（{error.place} 之后）；未作任何改动。",
                f"{path} is {error.en} (after {error.place}); nothing was changed.",
                WRONG,
            )
        case OtherFormat():
            return complain(
                f"{path} 由其他版本的程序写成（{error.what}：{error.found}；"
                f"本程序：{error.known}）。",
                f"{path} was written by another version of the program ({error.what} "
                f"{error.found}; this one knows {error.known}).",
                WRONG,
            )
    assert isinstance(error, NotABackup)
    return complain(f"{path} 不是备份文件。", f"{path} is no backup.", UNUSABLE)
