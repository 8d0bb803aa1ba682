"""What became of one battery, fact by fact, as of any moment and as known at any moment?"""

from argparse import Namespace
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import orjson

from custody import codes, history
from custody.api.batteries import told
from custody.cli import books, tables
from custody.cli.speech import complain, either, language, say, tell
from custody.history import History, Told
from custody.ledger import Record
from custody.terms import Millis, rfc3339

LISTED_MAX = 3
UNNAMED = {
    "id",
    "type",
    "occurred_at",
    "site",
    "capture",
    "terminal_sequence",
    "previous",
    "signature",
    "code",
}
"""What a movement says that has a column of its own, or tells nothing about the battery."""


def run(arguments: Namespace) -> int:
    """Tell a battery's history in effective order, and what it makes of the battery."""
    try:
        ref = codes.battery_ref(arguments.ref)
    except codes.CodeError as error:
        return complain(f"REF：{error.detail_zh}", f"REF: {error.detail}", 2)
    with books.opened() as ledger:
        found = history.read(ledger, ref, arguments.known_at)
    if arguments.as_of is not None:
        found = found.until(arguments.as_of)
    if not found.told and not found.redacted:
        return _nothing(ref, arguments)
    items = told(found, "effective", language())
    if arguments.json:
        whole = {"ref": ref, "items": items, "now": _now(found), "position": found.position}
        tell(orjson.dumps(whole).decode())
    else:
        _show(found, items)
    return 0


def _nothing(ref: str, arguments: Namespace) -> int:
    """Say that there is nothing to tell: of the battery at all, or of the moment asked about."""
    if arguments.as_of is None and arguments.known_at is None:
        return complain(f"没有 {ref} 的记录。", f"Nothing is recorded of {ref}.", 1)
    return complain(
        f"在所问时刻（--as-of、--known-at）没有 {ref} 的记录；不加这些选项即为现有的全部记录。",
        f"Nothing of {ref} is there at the moment asked about (--as-of, --known-at). Without them "
        "you are told what there is by now.",
        1,
    )


def _show(found: History, items: list[dict[str, Any]]) -> None:
    rows = [_row(*both) for both in zip(found.all_in_effective_order(), items, strict=True)]
    counts_not = {
        n
        for n, one in enumerate(items)
        if one.get("redacted") or one["voided_by"] or one["corrected_by"]
    }
    tables.show(
        "发生时间 位置 类型 站点 标记 内容",
        "occurred position type site marks content",
        rows,
        title=found.ref,
        faint=counts_not,
    )
    now = _now(found)
    if now["since"]:
        now["since"] = _local(found.whereabouts()["since"])
    shown = tables.printable(_content(now))
    say(
        f"现状：{shown}（账本位置 {found.position}）",
        f"Now: {shown} (ledger at position {found.position})",
    )


def _row(one: Told | Record, item: dict[str, Any]) -> tuple[str, ...]:
    if not isinstance(one, Told):
        return "", str(one.position), "", "", either("内容已销毁", "redacted"), ""
    return (
        _local(one.fact.at),
        str(item["position"]),
        item["type"],
        one.fact.site,
        " ".join(_marks(item)),
        _content(orjson.loads(one.record.data), UNNAMED),
    )


def _marks(item: dict[str, Any]) -> list[str]:
    marks = []
    if item["late"]:
        marks.append(either("迟到", "late"))
    if item["voided_by"]:
        marks.append(either("已作废", "voided"))
    if item["corrected_by"]:
        marks.append(either("已更正", "corrected"))
    return [*marks, *(one["code"] for one in item["remarks"])]


def _now(found: History) -> dict[str, Any]:
    believed = dict(found.whereabouts())
    believed["class"] = believed.pop("storage_class")
    believed["since"] = rfc3339(found.whereabouts()["since"]) if believed["state"] else None
    return believed


def _local(at: Millis) -> str:
    """Write an instant as the reader's own clock shows it."""
    moment = datetime.fromtimestamp(at // 1000, UTC).astimezone()
    return f"{moment:%Y-%m-%d %H:%M:%S %z}"


def _content(said: dict[str, Any], unnamed: Collection[str] = ()) -> str:
    """Tell what is said in a line; many batteries by their number."""
    parts = []
    for name, value in said.items():
        if name in unnamed or value in (None, [], (), ""):
            continue
        if isinstance(value, dict):
            parts.append(_content(value, unnamed))
        elif isinstance(value, list | tuple):
            shown = ",".join(str(one) for one in value)
            parts.append(f"{name}={shown if len(value) <= LISTED_MAX else f'×{len(value)}'}")
        else:
            parts.append(f"{name}={value}")
    return " ".join(parts)
