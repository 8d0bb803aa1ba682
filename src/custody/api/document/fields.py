"""What do the fields of a movement, a registration or another body mean to whoever writes one?

A field is called the same in every type of movement, and means the same there.
"""

from collections.abc import Iterator
from typing import Any, Final

FIELDS: Final = {
    "accepted": "Batteries that the receiver took. 接收的电池。",
    "active_from": "From when on it holds; always, unless it is said. 生效时刻，省略则一直有效。",
    "active_to": "Until when it holds; for good, unless it is said. 失效时刻，省略则长期有效。",
    "allowed": "Whether batteries may go this way. 是否准许。",
    "assay_pct": "How much of it is what its name says, in percent. 主含量百分比。",
    "attachments": "Photos and papers that lie elsewhere. 存于别处的照片与单据。",
    "batteries": "The batteries that it is about, by any of their codes. 所涉电池，任一编码均可。",
    "battery": "The battery that it is about, by any of its codes. 所涉电池，任一编码均可。",
    "brand": "The brand on the pack. 品牌。",
    "capacity_fade_pct": "How much of its capacity is lost, in percent. 容量衰减百分比。",
    "capacity_g": "How much a site may hold, in grams. 准许存放的质量（克）。",
    "capacity_pieces": "How many batteries a site may hold. 准许存放的件数。",
    "capture": "How the code came into the terminal. 编码的采集方式。",
    "carrier": "Who carries it. 承运人。",
    "case": "The number of the case. 案件编号。",
    "certificate": "The number of the certificate. 处置证明编号。",
    "channel": "By which way it came in. 来源渠道。",
    "chemistry": "The chemistry of its cells. 化学体系。",
    "children": "Parts that go on with codes of their own. 继续流转的有码部件。",
    "class": "Of what class it is stored: normal, damaged or defective. 存放类别。",
    "code": "A code of the pack, with its scheme before it. 电池编码，前缀为编码体系。",
    "condition": "What one sees of it; several may be true. 外观状况，可多项。",
    "consignment": "The number of the consignment. 交接单号。",
    "contact": "Whom to ask there. 联系方式。",
    "counted": "What stood on the shelf. 实际盘到的电池。",
    "depositor": "A reference that stands for whoever had it. 交售人代号。",
    "depositor_kind": "What kind of a party it came from. 来源类别。",
    "division": "The division, six digits as GB/T 2260 has them. 行政区划代码。",
    "expected_at": "When it should arrive. 预计到达时刻。",
    "extra": "Batteries that arrived and were not in it. 多出的电池。",
    "failure": "Why nothing came of the order. 未完成的原因。",
    "fraction": "Which kind of matter. 物料种类。",
    "fractions": "Kinds of matter, and how much of each. 各类物料及其质量。",
    "from": "The beginning. 起始时刻。",
    "from_carrier": "Who gives it on. 转出承运人。",
    "frozen_at": "When the shelf was frozen: it is compared with the book of then. 冻结时刻。",
    "grade": "The grade. 等级。",
    "gross_mass_g": "Its mass with its packing, in grams. 毛重（克）。",
    "id": "A UUIDv7 of the sender's own: under it, it is recorded once. 报送方生成的编号。",
    "inputs": "Kinds of matter that went in, and how much of each. 投入的物料及质量。",
    "internal_resistance_mohm": "In milliohms. 内阻（毫欧）。",
    "items_digest": "SHA-256 of the batteries' references, sorted, a line each. 电池清单的摘要。",
    "kind": "What kind of one it is. 类型。",
    "lat": "Degrees north. 纬度。",
    "licences": "Numbers of the licences that it holds. 许可证编号。",
    "location": "Where it lies. 位置。",
    "lon": "Degrees east. 经度。",
    "loss_g": "What was lost, in grams. 损耗（克）。",
    "maker": "Who made the pack. 生产企业。",
    "mass_g": "In grams. 质量（克）。",
    "material": "Which material. 材料种类。",
    "max_output_voltage_mv": "In millivolts. 最高输出电压（毫伏）。",
    "media_type": "As `image/jpeg`. 媒体类型。",
    "missing": "Batteries that were in it and did not arrive. 缺少的电池。",
    "name": "What it is called. 名称。",
    "net_mass_g": "Its mass without its packing, in grams. 净重（克）。",
    "new_code": "The code of the product that it became. 新产品的编码。",
    "nominal_voltage_mv": "In millivolts. 标称电压（毫伏）。",
    "note": "Anything else, for people to read. 备注。",
    "occurred_at": "When it happened, by the terminal's clock: RFC 3339 with offset. 发生时刻。",
    "open_circuit_voltage_mv": "In millivolts. 开路电压（毫伏）。",
    "operator": "Who did it. 经办人。",
    "order": "The number of the order. 预约单号。",
    "organisation": "The code of the organisation that the site belongs to. 所属单位的信用代码。",
    "outputs": "What came out of it. 产出。",
    "packing_instruction": "By which packing instruction it is packed, as P908. 包装导则。",
    "pieces": "How many batteries. 件数。",
    "place": "Where on the site it stands. 库位。",
    "previous": "SHA-256 of the bytes of the terminal's movement before. 同一终端上一条的摘要。",
    "process": "By which process. 工艺。",
    "public_key": "The key that the terminal signs with. 终端签名公钥。",
    "rated_capacity_mah": "In milliampere-hours. 额定容量（毫安时）。",
    "reason": "Why. 原因。",
    "rejected": "Batteries that the receiver would not take, and why. 拒收的电池及原因。",
    "returns": "The consignment that is sent back. 所退回的交接单。",
    "route": "Where it should go. 去向。",
    "sales_reference": "The number of the sale at the shop. 销售单号。",
    "same_as": "The older code of the same pack. 同一电池的旧编码。",
    "scheduled_for": "When somebody is to come. 约定时段。",
    "scope": "Which part of the shelf was counted. 盘点范围。",
    "seals": "The numbers of the seals. 封签编号。",
    "seals_intact": "Whether the seals were whole. 封签是否完好。",
    "service": "What was ordered. 服务类型。",
    "sha256": "The digest of its bytes, in hexadecimal. 文件摘要。",
    "signature": "The terminal's signature of this movement. 终端对本条的签名。",
    "site": "The site that it belongs to. 所属站点。",
    "state_of_charge_pct": "In percent. 荷电状态（百分比）。",
    "step": "How far it has come. 步骤。",
    "take": "The name of the stock-take; several movements may be of one. 盘点名称。",
    "target": "The id of the movement that it is about. 所针对的流转编号。",
    "terminal_sequence": "The terminal's own count: one more each time. 终端自增序号。",
    "to": "The end. 结束时刻。",
    "to_carrier": "Who takes it on. 转入承运人。",
    "to_site": "The site that it goes to. 接收站点。",
    "treatment": "How it was made safe. 安全处理方式。",
    "type": "Which movement it is. 流转类型。",
    "un_number": "The UN number of the goods, as UN3480. 联合国编号。",
    "use": "What it became. 梯次用途。",
    "values": "Fields of the target, and what they should have said. 应改为的字段值。",
    "vehicle": "The plate of the vehicle. 车牌号。",
    "verdict": "Whether it is safe to pack as it is. 检测结论。",
}  # fmt: skip

WANTED: Final = {
    "BookWanted.from": "Its beginning: a day, a month or an instant. 起始，省略则为本月。",
    "BookWanted.site": "Whose it is. 所属站点。",
    "BookWanted.to": "Its end; the same as `from`: all of that day or month. 截止（不含）。",
    "FactsWanted.from": "The first position; the ledger's first, unless it is said. 起始位置。",
    "FactsWanted.to": "The last position; the ledger's end, unless it is said. 截止位置。",
    "ReplayWanted.after": "All past this position again; either it or `dead_letters`. 重推此后。",
    "SubscriptionWanted.after": "What lies past it; what comes now, unless it is said. 起始位置。",
    "address": "Where the person lives. 住址。",
    "battery": "Facts about this battery, by any of its codes. 只看此电池，任一编码均可。",
    "book": "Which book; all of them, unless it is said. 台账名称，省略则为全部。",
    "count": "How many numbers. 编码个数。",
    "day": "Whose numbers they are; today's, unless it is said. 编码所属日期，省略则为当日。",
    "dead_letters": "What was refused for good again; either it or `after`. 重推死信。",
    "dest": "The address to post to. 推送地址。",
    "division": "Facts of this division and all below it, as 330000. 行政区划代码，含其下级。",
    "envelope": "In which form they are posted. 推送格式。",
    "format": "What kind of file it is. 文件格式。",
    "id_number": "The number of the identity card. 身份证件号码。",
    "initialRecordTime": "What is recorded from then on; or from now on. 起始记录时刻。",
    "kind": "What the numbers are for. 编码用途。",
    "name": "What the person is called. 姓名。",
    "phone": "The telephone number, however it is written. 电话号码，写法不限。",
    "reportIfEmpty": "Whether a schedule tells, too, that nothing was found. 无结果时是否也推送。",
    "schedule": "When to ask, as EPCIS has it, in Beijing time. 查询时间表（北京时间）。",
    "signatureToken": "Signs what is posted, as `GS1-Signature`. 推送签名所用口令。",
    "site": "Facts of this site; of any, unless it is said. 只看此站点，省略则不限。",
    "stream": "`true`: as they are recorded; either it or `schedule`. 实时推送。",
    "terminal": "Whom they are for; any there, unless it is said. 领用终端，省略则不限。",
    "types": "Types of facts; all, unless it is said. 事实类型，省略则为全部。",
    "url": "The address to post to. 推送地址。",
}  # fmt: skip
"""What the fields of other bodies mean: by name, or with their model's before it."""


def describe_fields(schemas: dict[str, Any]) -> None:
    """Write into schemas what their fields mean, unless a field has said it itself."""
    for schema in schemas.values():
        for name, field in schema.get("properties", {}).items():
            field.setdefault("description", FIELDS[name])


def describe_wanted(document: dict[str, Any]) -> None:
    """Write into the bodies that operations take, and that are no movements, what fields mean."""
    for path in document["paths"].values():
        for operation in path.values():
            for schema in objects(operation.get("requestBody", {}).get("content", {})):
                for name, field in schema["properties"].items():
                    said = WANTED.get(f"{schema['title']}.{name}") or WANTED[name]
                    field.setdefault("description", said)


def objects(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema in a part of a document that says which properties there are."""
    if isinstance(part, dict):
        if isinstance(part.get("properties"), dict):
            yield part
        for one in part.values():
            yield from objects(one)
    elif isinstance(part, list):
        for one in part:
            yield from objects(one)
