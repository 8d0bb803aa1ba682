"""In which words does the document speak of parameters, headers, tags and answers?

A parameter is called the same wherever it means the same; where it means something else, it stands
here with its operation before it. Those that a route has described itself are not here.
"""

from typing import Final

PARAMETERS: Final = {
    "action": "What was done, as `read_depositor`, `read_evidence`. 所做之事。",
    "as_of": "As it was at this instant (RFC 3339 with offset). 该时刻的状况。",
    "asker": "The id of the key that asked. 提出查询的密钥编号。",
    "battery": "Facts about this battery, by any of its codes. 只看此电池，任一编码均可。",
    "book": "Which book; `all` only as a workbook. 台账名称；all 仅用于工作簿。",
    "capture": "The id of a capture, from its `Location`. 采集编号，见 Location。",
    "chemistry": "Batteries of this chemistry. 化学体系。",
    "depositor": "The reference that stands for a person, `d:…`. 交售人代号。",
    "division": "Facts of this division and all below it, as 330000. 行政区划代码，含其下级。",
    "due_before": "Appointed, and nobody had come by this instant. 约定而到该时刻仍未上门。",
    "event": "The id of an event. 事件编号。",
    "event_id": "The id of a movement; either it or `index`. 流转编号，与 index 二选一。",
    "expires": "As it stands in the link. 链接中所载。",
    "find_movement.id": "The id that the terminal gave the movement. 终端所给的流转编号。",
    "find_order.order": "The number of the order. 预约单号。",
    "format": "As `Accept` says, unless it is given. 省略则依 Accept。",
    "from": "From its beginning: of a day, a month, or an instant. 起始（含）：日、月或时刻。",
    "from_kind": "The kind of the sites where batteries leave. 交出站点的类型。",
    "from_site": "Consignments that left this site. 交出站点。",
    "grade": "Batteries of this grade. 等级。",
    "held_longer_than": "In stock there for longer, as `P30D`, `PT12H`. 在库超过此时长。",
    "id": "The id of an export, as it was answered when it was asked for. 导出编号。",
    "index": "The number of a leaf, from 0; either it or `event_id`. 叶序号，自 0 起。",
    "issue_numbers.id": "A UUIDv7 of the asker's own. 由请求方自定的 UUIDv7。",
    "known_at": "As it was known at this instant of our clock. 本系统在该时刻所知。",
    "level": "Which areas, or tiers, are counted. 汇总层级。",
    "list_batteries.site": "Batteries that are at this site. 所在站点。",
    "list_batteries.state": "Batteries in this state. 状态。",
    "list_consignments.state": "Consignments in this state. 状态。",
    "list_looks.from": "Not before this instant (RFC 3339 with offset). 不早于该时刻。",
    "list_looks.to": "Before this instant (RFC 3339 with offset). 早于该时刻。",
    "list_number_books.site": "Books that this site was given. 领用站点。",
    "list_orders.site": "Orders whose last step this site told. 最近一步由此站点上报。",
    "list_orders.state": "Orders whose last step this is. 最近一步。",
    "member": "One of the names that the collection lists; URL-encoded. 集合中的一个名称。",
    "name": "The name of the query. 查询名称。",
    "new": "The later size. 较晚的大小。",
    "no": "The number of the consignment; write / as %2F. 交接单号；/ 写作 %2F。",
    "old": "The earlier size. 较早的大小。",
    "order": "As it was recorded, or as it counts: by when it happened. 记录顺序或生效顺序。",
    "overdue": "On the road, and expected before now. 在途且已过预计到达时刻。",
    "path": "`L/N`, `entries/N`, or either with `.p/W` behind it. 瓦片路径。",
    "ref": "A battery by any of its codes, as `maker:…`, `tag:…`. 电池编码，任一编码均可。",
    "resource": "What was looked at, as `battery:…` or a depositor's reference. 被查看的对象。",
    "service": "Orders of this kind. 服务类型。",
    "signature": "As it stands in the link. 链接中所载。",
    "site": "A site by its number. 站点编号。",
    "size": "Under the checkpoint that was published at this size. 以此大小发布的检查点。",
    "subscription": "The id of a subscription, `sub_…`. 订阅编号。",
    "take": "The name of the stock-take. 盘点名称。",
    "terminal": "A terminal by its number. 终端编号。",
    "to": "Before its beginning, or all of what is `from` too. 截止（不含）；与起始相同则含。",
    "to_kind": "The kind of the sites where they arrive. 接收站点的类型。",
    "to_site": "Consignments on their way to this site. 接收站点。",
    "types": "Types of facts, with commas between. 事实类型，以逗号分隔。",
    "uscc": "The organisation's unified social credit code. 统一社会信用代码。",
}  # fmt: skip

SEVERAL: Final = "One of these values, with | between them. 取值之一，多个以 | 分隔。"

EPCIS: Final = {
    "eventCountLimit": "No more events than this, however many there are. 至多返回条数。",
    "maxEventCount": "Refuse, where there are more events than this. 超过此数则拒绝。",
    "orderBy": "By which time they are in order. 排序依据的时间。",
    "orderDirection": "`ASC` or `DESC`; DESC unless it is said. 升序或降序。",
    "EQ_": SEVERAL,
    "EXISTS_": "`true`: events that have it. 含有该内容的事件。",
    "GE_": "Not before this instant (RFC 3339 with offset). 不早于该时刻。",
    "LT_": "Before this instant (RFC 3339 with offset). 早于该时刻。",
    "WD_": "At one of these places or within them, with | between. 在其中之一或其内，以 | 分隔。",
    "eventType": SEVERAL,
}
"""Of a query's parameters: by their whole names, or what they begin with."""

HEADERS: Final = {
    "Content-Disposition": "What the file is called. 文件名。",
    "Content-Range": "Which part of the file this is. 所返回的部分。",
    "Custody-Position": "The position of the ledger that is reflected. 所反映的账本位置。",
    "ETag": "The SHA-256 of the whole file. 整个文件的 SHA-256。",
    "Link": "The next page, if there is one (RFC 8288), or ways on. 下一页或相关去处。",
    "Location": "Where it is found from now on. 此后的地址。",
}
"""What the headers of answers tell."""

TAGS: Final = {
    "movements": "What terminals post: what happened to a battery. 流转：终端上报的事实。",
    "me": "Who asks, as the service knows them. 本人：请求者的身份。",
    "evidence": "A battery's history that an outsider can verify. 证据：可由外部核验的历史。",
    "batteries": "Where a battery is, and all that happened to it. 电池：所在与全程。",
    "sites": "What a site holds and expects. 站点：库存与在途。",
    "ledgers": "A site's books, as JSON, CSV or a workbook. 台账。",
    "stock-takes": "What was counted against the book. 盘点：实存与账面对照。",
    "materials": "What went into processing against what came out. 物料：投入与产出平衡。",
    "consignments": "What was released against what was received. 交接单：交出与接收对照。",
    "orders": "What was ordered, and how far it has come. 预约单。",
    "number books": "Numbers that nobody else gets. 号段：预先领用的编码。",
    "depositors": "Who is behind a reference. 交售人：代号背后的人。",
    "access log": "Who has read what people left behind. 查阅记录。",
    "facts": "What was recorded, in the ledger's order; asked for or streamed. 事实流。",
    "subscriptions": "Facts posted to a receiver as they are recorded. 订阅推送。",
    "exports": "Files made in the background. 导出文件。",
    "registry": "Organisations, sites, terminals and routes. 登记：单位、站点、终端、路线。",
    "epcis": "The same in GS1's EPCIS 2.0. 以 GS1 EPCIS 2.0 表达。",
    "log": "What shows that nothing was changed since: open to all. 透明日志：向所有人开放。",
    "operations": "Whether it is alive, and how far it is. 运行状况。",
}
"""What the parts of the interface are for, in the order of the document."""

ANSWERS: Final = {
    "capture_document": "Taken on; `Location` tells where to ask what became of it",
    "delete_export": "It is no more",
    "discover": "The headers tell",
    "drop_query": "It is no more",
    "list_captures": "How far each capture has come",
    "list_subscriptions_to_query": "Subscriptions, and how each stands",
    "prove_consistency": "Hashes in base64, a line each",
    "prove_inclusion": "A proof as `c2sp.org/tlog-proof@v1`",
    "read_checkpoint": "A signed note: origin, size, root, signatures",
    "read_context": "A JSON-LD context",
    "read_log_keys": "Verifier keys, a line each",
    "read_log_policy": "A policy as C2SP tlog-policy has it",
    "read_metrics": "Prometheus' text format, version 0.0.4",
    "read_tile": "Hashes of 32 bytes one after another, or a bundle of entries",
    "show_evidence": "A bundle `evidence-v1`, for `custody_verify.py`",
    "tell_ledger": "A page of the book, or the whole book as a file",
    "unsubscribe_from_query": "It is no more",
}
"""What is answered where no model says it."""
