"""How does an export of ours become a ledger again, and is it then the same?"""

import json
from argparse import Namespace
from pathlib import Path

from custody import backup, collector, exporting
from custody.backup import NotEmpty, WrongFile
from custody.backup.fingerprint import fingerprint
from custody.cli import books, export_failures
from custody.cli.progress import shown
from custody.cli.speech import complain, either, say, tell, why
from custody.exporting import Loaded, NeedsExtra, NotImportable

DONE, WRONG, UNUSABLE = 0, 1, 2


def run(arguments: Namespace) -> int:
    """Import an export, project it, and compare; 1 if it is damaged, 2 if of no use."""
    if len(arguments.files) > 1:
        return complain(
            "每次导入一份导出：一个目录或一个文件。",
            "One export at a time: a directory, or a file.",
            UNUSABLE,
        )
    path = Path(arguments.files[0])
    quiet = arguments.json
    collector.calm()
    try:
        with books.opened() as ledger:
            with shown(either("导入账本", "Importing the ledger"), quiet=quiet) as report:
                loaded = exporting.load(ledger, path, report)
            with shown(either("建立投影", "Building the projections"), quiet=quiet) as report:
                backup.project(ledger, report)
            with shown(either("核对", "Comparing"), quiet=quiet) as report:
                now = fingerprint(ledger, loaded.position, report)
    except (NeedsExtra, NotImportable, NotEmpty, WrongFile) as error:
        return export_failures.told(error)
    except OSError as error:
        return complain(f"无法读取：{why(error)}", f"It cannot be read: {why(error)}", UNUSABLE)
    return _tell(path, loaded, equal=now == loaded.checksum, as_json=quiet)


def _tell(path: Path, loaded: Loaded, *, equal: bool, as_json: bool) -> int:
    if as_json:
        told = {
            "file": str(path),
            "position": loaded.position,
            "checksum": loaded.checksum,
            "vouched": loaded.vouched,
            "equal": equal,
        }
        tell(json.dumps(told))
    elif not equal:
        complain("导入后账本不一致。", "Imported, and the ledger is DIFFERENT.", WRONG)
    else:
        say(
            f"已导入至位置 {loaded.position}，账本一致：{loaded.checksum}。",
            f"Imported up to position {loaded.position}; the ledger is equal: {loaded.checksum}.",
        )
        if not loaded.vouched:
            say(
                "单个文件没有清单：其末尾是否完整，无从得知。",
                "A file alone has no manifest: whether its end is missing, nobody can tell.",
            )
    return DONE if equal else WRONG
