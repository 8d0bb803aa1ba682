"""What does it mean when an export cannot be written, read or believed, and what can one do?"""

from custody.backup import Damaged, NotEmpty, OtherFormat
from custody.cli.speech import complain, how_to_install
from custody.exporting import NeedsExtra, NotImportable

WRONG, UNUSABLE = 1, 2


def told(error: Exception) -> int:
    """Say what is wrong with an export, or what it needs; return the exit code."""
    match error:
        case NeedsExtra():
            return complain(
                f"此格式需要附加组件 {error.extra}：{how_to_install(error.library)}。"
                "CSV 与 NDJSON 无需附加组件。",
                f"This format needs the extra {error.extra}: {how_to_install(error.library)}. "
                "CSV and NDJSON need none.",
                UNUSABLE,
            )
        case Damaged():
            return complain(
                f"{error.path} {error.zh}（{error.place} 之后）；未作任何改动。",
                f"{error.path} is {error.en} (after {error.place}); nothing was changed.",
                WRONG,
            )
        case OtherFormat():
            return complain(
                f"{error.path} 由其他版本的程序写成（{error.what}：{error.found}；"
                f"本程序：{error.known}）。未作任何改动。",
                f"{error.path} was written by another version of the program ({error.what} "
                f"{error.found}; this one knows {error.known}). Nothing was changed.",
                WRONG,
            )
        case NotImportable():
            return complain(
                f"{error.path} 不能导入：{error.zh}。未作任何改动。",
                f"{error.path} cannot be imported: {error.en}. Nothing was changed.",
                UNUSABLE,
            )
        case NotEmpty():
            return complain(
                "账本不是空的；导出只能读入空账本。未作任何改动。",
                "The ledger is not empty; an export is read into an empty one. "
                "Nothing was changed.",
                UNUSABLE,
            )
    raise error
