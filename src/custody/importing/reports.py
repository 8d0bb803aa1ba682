"""What became of a file that was to be imported?"""

from dataclasses import dataclass, field
from typing import Any, Literal

from custody.importing.emanifest.document import FILE_BYTES_MAX, Kind
from custody.importing.remarks import Remark
from custody.terms import FieldError

Outcome = Literal[
    "imported",
    "duplicate",
    "not_shipped",
    "not_a_manifest",
    "unreadable",
    "invalid",
    "conflict",
    "refused",
]
WRONG: frozenset[Outcome] = frozenset({"unreadable", "invalid", "conflict", "refused"})
"""What somebody has to mend; the others are as they should be."""

OF_THE_FILE: dict[str, tuple[str, str]] = {
    "not_readable": (
        "无法读取。请核对路径和权限。",
        "It cannot be read. Check its path, and who may read it.",
    ),
    "file_too_large": (
        f"超过 {FILE_BYTES_MAX} 字节。一份联单一个文件。",
        f"It has more than {FILE_BYTES_MAX} bytes. A file holds one manifest.",
    ),
    "invalid_json": (
        "不是 UTF-8 编码的 JSON，或不完整。请重新导出。",
        "It is not JSON in UTF-8, or not all of it. Export it again.",
    ),
    "name_twice": (
        "同一对象中有字段名出现两次，不同的读者会读出不同的内容。请重新导出。",
        (
            "An object has a name twice, and readers would differ in which one counts. Export it "
            "again."
        ),
    ),
    "contended": (
        "其他进程一直在写入同一批记录，本文件未记录。请再次导入。",
        "Others kept writing to the same records; nothing of it was recorded. Import it again.",
    ),
}
"""Why nothing can be made of a file as a whole: code → Chinese, English."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one file."""

    outcome: Outcome
    kind: Kind = "manifest"
    number: str | None = None
    """Its tracking number, if it has one."""
    consignment: str | None = None
    recorded: int = 0
    duplicates: int = 0
    errors: tuple[FieldError, ...] = ()
    remarks: tuple[Remark, ...] = ()
    advice: tuple[dict[str, Any], ...] = field(default=())
    """What the decisions remarked, as it is stored with the records."""


def told(pointer: str, code: str, detail: str, detail_zh: str) -> FieldError:
    """Make an error that brings its own text."""
    return FieldError(pointer, code, {"detail": detail, "detail_zh": detail_zh})


def of_the_file(code: str) -> FieldError:
    """Make the error of a file of which nothing can be made."""
    detail_zh, detail = OF_THE_FILE[code]
    return told("", code, detail, detail_zh)
