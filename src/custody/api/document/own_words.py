"""Which fields of answers mean something of their own, and who writes what all of them mean?

Each stands here with the model before it that has it first; models made from that one have its
words. A model may say so itself, too.
"""

from collections.abc import Iterator
from typing import Any, Final

from custody.api.answers import Answer
from custody.api.document.field_words import NOBODY, TOLD, UNSAID
from custody.api.document.fields import FIELDS
from custody.api.orders import BATTERIES_SHOWN_MAX

PLACED: Final = "Its place in the ledger. 其在账本中的位置。"
FILTER: Final = "null: facts of any. null 表示不限。"

PLACES: Final = (
    "CloudEvent", "DeadLetter", "DifferenceCause", "Fact", "HistoryItem", "MaterialLine",
    "OpenRemark", "Receipt", "RedactedItem", "StockTakeStep",
)  # fmt: skip
"""Models that stand for one record each; the others tell up to which record they know all."""

OTHERWISE: Final = {
    **{f"{one}.position": PLACED for one in PLACES},
    "Area.code": "The division's first digits, or the number of the tier. 区划或层级代码。",
    "Area.name": "What it is called; null: no table knows the code. 名称，null 表示未知。",
    "BatteryRow.mass_g": "In grams; null: nobody has weighed it. 质量（克），null 表示未知。",
    "BatteryRow.site": "Where it is; null: at none. 所在站点，null 表示不在站点。",
    "BatteryRow.state": "How it stands; null: no fact that counts says so. 状态，null 表示未知。",
    "BatteryRow.version": "How many facts there are about it. 相关事实条数。",
    "Brought.code": "Why nothing was recorded; absent: it was. 未记录的原因，已记录则省略。",
    "Brought.movement": "The id of the movement; absent: none. 流转编号，无则省略。",
    "Brought.position": "Its place in the ledger; absent: it has none. 账本位置，无则省略。",
    "Capacity.source": "Who set the limit; null: there is none. 限量来源，null 表示无限量。",
    "CaptureJob.movements": "What each event came to; empty or absent: none yet. 各事件的流转。",
    "CloudEvent.data": "What the record says; null: it was destroyed. 记录内容，已销毁为 null。",
    "CloudEvent.id": "The movement's id; of what is none, `position:` and where. 流转编号或位置。",
    "CloudEvent.subjects": "Whom it concerns, with blanks between. 所涉对象，以空格分隔。",
    "CloudEvent.type": "`custody.` and the fact's type. custody. 加事实类型。",
    "Collection.type": "What this is, as JSON-LD has it. JSON-LD 类型。",
    "Consignment.state": "How it stands; `closed`: whatever was not accepted has been sent back; "
    "null: what was told of it was taken back. 状态，均已作废则为 null。",
    "ConsignmentDetail.items": "Its batteries, one by one. 逐块电池。",
    "ConsignmentItem.released": "Whether the sender named it. 是否在交出清单中。",
    "ConsignmentItem.returned_in": "The consignment that sent it back; null: none. 退回的交接单。",
    "DeadLetter.said": "The beginning of the answer; null: none. 答复开头，null 表示无。",
    "DeadLetter.status": "The HTTP status; null: there was no answer. 状态码，null 表示无答复。",
    "Delivery.next": "How far the receiver has come with this. 接收后到达的位置。",
    "DetailsEntry.name": f"What the person is called; {NOBODY}",
    "Event.type": "The kind of event, as EPCIS names it. EPCIS 事件类型。",
    "ExportFile.url": "A link; relative to this service, good until `url_expires_at`. 下载链接。",
    "ExportJob.id": "The id of the export. 导出编号。",
    "ExportJob.position": "Up to where it tells the ledger. 截至的账本位置。",
    "ExportJob.problem": "Why it failed, as the code of a problem; null: it did not. 失败原因。",
    "Fact.data": "What the record says; null: it was destroyed. 记录内容，已销毁为 null。",
    "Fact.id": "The movement's id; null: it is none, or was destroyed. 流转编号，非流转为 null。",
    "Fact.occurred_at": "When it happened; null: no movement, or destroyed. 发生时刻，可为 null。",
    "Facts.next": "Pass it as ?after=; absent when nothing is left. 作为 after 传回，读完则省略。",
    "FieldProblem.code": "The rule that was broken: for programs. 所违反规则的代码。",
    "Health.status": "That it answers. 有应答。",
    "Inventory.capacity_g": "What it may hold, in grams; null: not registered. 质量限量（克）。",
    "InventoryRow.grade": "The grade; null: none was given. 等级，null 表示未分级。",
    "LastAnswer.said": "What it answered, at first; or why it did not; null: neither. 答复开头。",
    "LastAnswer.status": "The HTTP status; null: no answer, `said` is why. 状态码，可为 null。",
    "LookTold.id": "The id of this entry. 记录编号。",
    "LookTold.outcome": "`told`, or the code of the problem. told，或问题代码。",
    "LookTold.request_id": "The `X-Request-Id` of the answer; null: none. 请求编号，可为 null。",
    "LookTold.role": "The asker's role; null: not put down. 角色，null 表示未记。",
    "LookTold.site": "The asker's site; null: for no site alone. 站点，null 表示不限于一站。",
    "MaterialLine.dismantling": "Its balance; null of a recovery. 拆解平衡，再生时为 null。",
    "Materials.items": "Dismantlings and recoveries, one by one. 逐次拆解与再生。",
    "Me.created_at": "When the key was made; null: it is none of ours. 密钥创建时刻，可为 null。",
    "Me.division": "The division that is theirs; null: not limited so. 区划，null 表示不限。",
    "Me.key": "The id of the key, or how else the asker is known. 密钥编号或其他身份标识。",
    "Me.name": "What they are called; null: nobody has said. 名称，null 表示未知。",
    "Me.organisation": "The organisation that is theirs; null: not limited so. 单位，可为 null。",
    "Me.site": "The site that is theirs; null: not limited so. 站点，null 表示不限。",
    "Me.terminal": "The terminal that it is; null: none. 终端，null 表示不是终端。",
    "NumberBook.id": "The id of the book, by which it is asked for again. 号段编号。",
    "NumberBook.kind": "What the numbers are for. 编码用途。",
    "NumberBook.site": "The site that it was given to. 领用站点。",
    "NumberBook.terminal": "Whom it is for; null: any there. 领用终端，null 表示不限。",
    "Order.depositor": f"A reference that stands for whoever gives it; {UNSAID}",
    "Order.depositor_kind": f"What kind of a party gives it; {UNSAID}",
    "Order.division": f"The division where it is collected; {UNSAID}",
    "Order.pieces": "How many were ordered to be collected; null: not told. 预约件数，可为 null。",
    "Order.site": "The site of its last step; null: all taken back. 站点，null 表示均已作废。",
    "Order.state": "Its last step; null: all were taken back. 最近一步，null 表示均已作废。",
    "OrderDetail.batteries": "What was dropped off under it: no more than "
    f"{BATTERIES_SHOWN_MAX}, `collected` counts all. 至多列出 {BATTERIES_SHOWN_MAX} 块。",
    "Page.items": "What it lists; no more than were asked for. 条目。",
    "Problem.code": "Stable: which problem it is, for programs. 问题的稳定代码。",
    "Problem.errors": "What is wrong, one by one; absent: nothing can be named. 逐项错误，可省略。",
    "Problem.status": "The HTTP status. HTTP 状态码。",
    "Problem.type": "A URI that names the kind of problem. 问题类别的 URI。",
    "QueryDocument.type": "What this is, as EPCIS names it. EPCIS 文档类型。",
    "QuerySubscription.state": "As /v1/subscriptions tells it, with the reason. 状态。",
    "Reached.position": "How far the stream has come. 已读到的位置。",
    "Readiness.position": "How far the ledger is. 账本已记录到的位置。",
    "Readiness.status": "That it can be asked. 可供查询。",
    "Receipt.status": "`duplicate`: it had been recorded before. 结果：已记录，或此前已记录。",
    "RefusedMovement.id": "Its id; null: none could be read. 流转编号，无法读出则为 null。",
    "Route.division": "Where the sender lies; absent: anywhere. 交出方所在区划，省略则不限。",
    "Site.capacity_g": "How much it may hold, in grams; absent: not told. 质量限量（克），可省略。",
    "Site.capacity_pieces": "How many it may hold; absent: not told. 件数限量，可省略。",
    "StockTakeDetail.missing": "On the book, and not counted. 盘亏。",
    "StockTakeDifference.chemistry": "Of its cells; null: the book has none. 化学体系，可为 null。",
    "StockTakeDifference.mass_g": "In grams; null: nobody has weighed it. 质量（克），可为 null。",
    "Stretch.from": "Its beginning; it is in it. 起始时刻（含）。",
    "Stretch.items": "Its lines, in the order of the book. 各行。",
    "Stretch.to": "Its end; it is not in it. 截止时刻（不含）。",
    "SubscriptionTold.battery": f"Facts about this battery; {FILTER}",
    "SubscriptionTold.division": f"Facts of this division and all below it; {FILTER}",
    "SubscriptionTold.id": "The id of the subscription, `sub_…`. 订阅编号。",
    "SubscriptionTold.key": "The id of the key that made it and whose part is told. 所属密钥。",
    "SubscriptionTold.query": "The named query of EPCIS it is for; null: none. 所订阅的命名查询。",
    "SubscriptionTold.reason": "Why it is not active; null: it is, or its maker paused. 停用原因。",
    "SubscriptionTold.site": f"Facts of this site; {FILTER}",
    "TrialDelivery.id": "Its `webhook-id`. 推送的 webhook-id。",
    "TrialDelivery.status": "The HTTP status; null: no answer, `said` is why. 状态码，可为 null。",
}  # fmt: skip
"""By the model that has a field first, and the field: where it means something of its own."""


def describe_told(schemas: dict[str, Any]) -> None:
    """Write into schemas what the fields of answers mean, unless a field has said it itself."""
    for title, schema in schemas.items():
        models = family(title)
        for name, field in schema.get("properties", {}).items() if models else ():
            own = (OTHERWISE[one] for each in models if (one := f"{each}.{name}") in OTHERWISE)
            said = next(own, None) or TOLD.get(name) or FIELDS.get(name)
            if said is not None:
                field.setdefault("description", said)


def family(schema: str) -> list[str]:
    """Name the model that a schema is of, and whatever it is made from; of no answer, nothing."""
    named = schema.partition("_")[0]
    found = [one for one in _models(Answer) if one.__name__ == named]
    return [one.__name__ for one in found[-1].__mro__] if found else []


def _models(model: type[Answer]) -> Iterator[type[Answer]]:
    for one in model.__subclasses__():
        yield one
        yield from _models(one)
