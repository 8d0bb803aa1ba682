"""What became of the files that were to be imported, and what has somebody to mend?"""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from custody.api.field_texts import text
from custody.api.receipts import remark
from custody.cli.speech import either, language, tell
from custody.cli.tables import printable, show
from custody.importing.reports import Report

OUTCOMES = {
    "imported": ("已记录", "imported"),
    "duplicate": ("此前已记录", "duplicate"),
    "not_shipped": ("尚未交出", "not shipped yet"),
    "not_a_manifest": ("不是联单", "not a manifest"),
    "unreadable": ("无法读取", "unreadable"),
    "invalid": ("有误", "invalid"),
    "conflict": ("与已有记录冲突", "conflict"),
    "refused": ("被拒绝", "refused"),
}
KINDS = {
    "answer": ("联单系统对提交的答复", "the manifest system's answer to a submission"),
    "signing": ("签名请求", "a request to sign"),
    "schema": ("JSON 模式", "a schema"),
    "other": ("其他 JSON 文件", "some other JSON"),
}
ADVICE = {
    "not_shipped": (
        "未载明交出时刻，也无人签名，未作记录。货物交出后请重新导出，或用 --shipped-at 指明时刻。",
        (
            "Nobody has signed it and it does not say when the goods left; nothing was recorded. "
            "Once they have left, export it again, or say when with --shipped-at."
        ),
    ),
    "unreadable": ("未作任何记录：", "Nothing of it was recorded:"),
    "invalid": (
        "未作任何记录。请改正以下字段，或请出具方重新导出：",
        "Nothing of it was recorded. Mend these fields, or have whoever made it export it again:",
    ),
    "conflict": (
        "未作任何记录。账本与文件不一致：",
        "Nothing of it was recorded. The ledger and the file disagree:",
    ),
    "refused": ("未作任何记录：", "Nothing of it was recorded:"),
}
"""What an outcome means, and what to do."""


class Named(NamedTuple):
    """A report, and the file that it is about as the person named it."""

    file: str
    report: Report


def tell_of(reports: Sequence[Named], *, as_json: bool) -> None:
    """Tell a machine everything, or a person a table and what it is not wide enough for."""
    if as_json:
        tell(json.dumps({"files": [_told(*one) for one in reports]}, ensure_ascii=False))
        return
    rows = [
        (
            Path(file).name,
            report.number or (report.consignment or ""),
            either(*OUTCOMES[report.outcome]),
            str(report.recorded or ""),
            str(report.duplicates or ""),
            " ".join(_counted(one["code"] for one in _remarks(report))),
        )
        for file, report in reports
    ]
    show("文件 编号 结果 记录 重复 提示", "file number outcome recorded duplicate remarks", rows)
    for file, report in reports:
        lines = _lines(report)
        if lines:
            tell("\n  ".join(map(printable, (file, *lines))))


def _lines(report: Report) -> list[str]:
    """Say what the table has no room for: what is wrong, and what is worth knowing."""
    lines = []
    if report.outcome == "not_a_manifest":
        lines.append(either("不是联单，而是", "No manifest, but ") + either(*KINDS[report.kind]))
    if report.outcome in ADVICE:
        lines.append(either(*ADVICE[report.outcome]))
    lines += [f"{one.pointer or '/'}: {text(one, language())}" for one in report.errors]
    lines += _counted(f"{one['code']}: {one['detail']}" for one in _remarks(report))
    return lines


def _told(file: str, report: Report) -> dict[str, Any]:
    told = {
        "file": printable(file),
        "outcome": report.outcome,
        "kind": report.kind,
        "number": report.number,
        "consignment": report.consignment,
        "recorded": report.recorded,
        "duplicates": report.duplicates,
        "errors": [
            {
                "pointer": printable(one.pointer),
                "code": one.code,
                "detail": printable(text(one, language())),
            }
            for one in report.errors
        ],
        "remarks": _remarks(report),
    }
    return {name: value for name, value in told.items() if value is not None}


def _remarks(report: Report) -> list[dict[str, Any]]:
    """Tell what the import decided, and then what the books had to say."""
    own = [
        {"code": one.code, "severity": "low", "detail": one.text(language()), "subjects": []}
        for one in report.remarks
    ]
    return [*own, *(remark(one, language()) for one in report.advice)]


def _counted(told: Any) -> list[str]:
    """Say each thing once, and how often."""
    return [one if times == 1 else f"{one} ×{times}" for one, times in Counter(told).items()]
