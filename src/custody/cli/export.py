"""How are the ledger's facts put into files for others to read, and kept up with it?"""

import json
from argparse import Namespace
from pathlib import Path

from custody import collector, exporting
from custody.backup import BeingWritten, Missing, WrongFile
from custody.cli import books, export_failures
from custody.cli.progress import shown
from custody.cli.speech import complain, either, say, tell, why
from custody.exporting import Manifest, NeedsExtra, NothingThere, OtherExport, Unwritable, Wanted
from custody.exporting.manifest import is_there, read

DONE, WRONG, UNUSABLE = 0, 1, 2


def run(arguments: Namespace) -> int:
    """Export; 1 if the ledger is not whole, 2 if the directory or the format is of no use."""
    folder = Path(arguments.directory)
    collector.calm()
    try:
        wanted = _wanted(folder, arguments)
        with (
            books.ledger_opened() as ledger,
            shown(either("导出", "Exporting"), quiet=arguments.json) as report,
        ):
            made = exporting.export(ledger, folder, wanted, report)
    except (NeedsExtra, WrongFile) as error:
        return export_failures.told(error)
    except (OtherExport, NothingThere, BeingWritten, OSError) as error:
        return _not_done(folder, error)
    except (Missing, Unwritable) as error:
        return complain(
            f"账本第 {error.position} 条缺失，或并非其类型的事实；请运行 custody verify。",
            f"Record {error.position} of the ledger is not there, or is no fact of its type; "
            "custody verify tells what was changed.",
            WRONG,
        )
    _tell(folder, made, as_json=arguments.json)
    return DONE


def _wanted(folder: Path, arguments: Namespace) -> Wanted:
    """Read what is wanted; what is not said is as in the folder."""
    before = read(folder) if is_there(folder) else None
    first = arguments.first or (before.first if before else 1)
    format_ = arguments.format or (before.format if before else "parquet")
    return Wanted(format_, first, arguments.last, arguments.file_facts)


def _tell(folder: Path, made: Manifest, *, as_json: bool) -> None:
    if as_json:
        told = {
            "directory": str(folder),
            "format": made.format,
            "from": made.first,
            "to": made.last,
            "files": len(made.files),
            "bytes": sum(one.bytes for one in made.files),
            "checksum": made.checksum,
        }
        tell(json.dumps(told))
    else:
        say(
            f"已导出到 {folder}：位置 {made.first} 至 {made.last}，{len(made.files)} 个文件，"
            f"校验和 {made.checksum}。",
            f"Exported to {folder}: positions {made.first} to {made.last} in {len(made.files)} "
            f"files, checksum {made.checksum}.",
        )


def _not_done(folder: Path, error: Exception) -> int:
    match error:
        case OtherExport():
            return complain(
                f"{folder} 中已有另一份导出（{error.what}：{error.found}，此次为 {error.wanted}）。"
                "请另选目录。未作任何改动。",
                f"{folder} holds another export ({error.what} {error.found}, not {error.wanted}). "
                "Choose another directory. Nothing was changed.",
                UNUSABLE,
            )
        case NothingThere(last=0):
            return complain("账本中还没有事实。", "The ledger has no facts yet.", UNUSABLE)
        case NothingThere():
            return complain(
                f"位置 {error.first} 至 {error.last} 之间没有事实。",
                f"There are no facts between positions {error.first} and {error.last}.",
                UNUSABLE,
            )
        case BeingWritten():
            return complain(
                f"另一进程正在导出到 {folder}。",
                f"Another process is exporting to {folder}.",
                WRONG,
            )
    return complain(f"无法写入：{why(error)}", f"It cannot be written: {why(error)}", UNUSABLE)
