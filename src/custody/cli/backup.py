"""How is everything put into one file, while the service goes on?"""

import json
from argparse import Namespace
from pathlib import Path

from custody import backup
from custody.backup import BeingWritten, Missing, NotABackup, Taken
from custody.cli import books
from custody.cli.progress import shown
from custody.cli.speech import complain, either, say, tell, why

DONE, WRONG, UNUSABLE = 0, 1, 2


def run(arguments: Namespace) -> int:
    """Write a backup; 1 if the ledger is not whole."""
    path = Path(arguments.file)
    what = either("备份", "Backing up")
    try:
        with books.ledger_opened() as ledger, shown(what, quiet=arguments.json) as report:
            taken = backup.take(ledger, path, report, vault_keys=arguments.with_vault_keys)
    except Missing as error:
        return complain(
            f"账本缺少第 {error.position} 条，未作备份。",
            f"The ledger lacks record {error.position}; nothing was backed up.",
            WRONG,
        )
    except BeingWritten:
        return complain(f"另一进程正在写 {path}。", f"Another process is writing {path}.", WRONG)
    except NotABackup:
        return complain(
            f"{path} 已存在且不是备份文件，不会覆盖它；请另取文件名。",
            f"{path} is there already and is no backup: it is not replaced. Choose another name.",
            UNUSABLE,
        )
    except OSError as error:
        return complain(f"无法写入：{why(error)}", f"It cannot be written: {why(error)}", UNUSABLE)
    if arguments.json:
        tell(json.dumps(_told(path, taken)))
    else:
        say(
            f"已备份到 {path}：至位置 {taken.position}，账本 {taken.ledger}。",
            f"Backed up to {path}: up to position {taken.position}, ledger {taken.ledger}.",
        )
    return DONE


def _told(path: Path, taken: Taken) -> dict[str, object]:
    return {
        "file": str(path),
        "sha256": taken.sha256,
        "position": taken.position,
        "ledger": taken.ledger,
        "projections": taken.projections,
        "rows": taken.rows,
    }
