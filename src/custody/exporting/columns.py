"""Which columns has an exported fact? One schema for every format, with a version of its own.

A column has the name of the field that it shows, so far as one field has it. Whoever adds, takes
away or changes one raises VERSION: what was exported before is read by the version it bears.
"""

from dataclasses import dataclass
from typing import Final, Literal, get_args

VERSION: Final = 1

Kind = Literal["integer", "number", "flag", "text", "word", "instant", "texts", "masses"]
"""`word`: a text of few values; `instant`: milliseconds since 1970 in UTC; `masses`: a list of
objects with `name`, `mass_g` and `assay_pct`."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
LISTS: Final = frozenset[Kind]({"texts", "masses"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it is called, what stands in it, and what that means."""

    name: str
    kind: Kind
    en: str
    zh: str
    always: bool = False
    """Whether something stands in it in every row."""


COLUMNS: Final[tuple[Column, ...]] = (
    Column("position", "integer", "Place in the ledger's one order", "账本中的位置", always=True),
    Column("id", "text", "The movement's id", "流转编号"),
    Column("type", "word", "Type of the fact", "事实类型", always=True),
    Column("version", "integer", "Version of the type", "类型版本", always=True),
    Column("occurred_at", "instant", "When it happened, as claimed", "发生时刻（申报）"),
    Column("recorded_at", "instant", "When it was recorded", "记录时刻", always=True),
    Column("sent_at", "instant", "When its terminal sent it", "终端发送时刻"),
    Column("posted_by", "text", "Whose key posted it", "提交者密钥"),
    Column("redacted", "flag", "Whether its body was destroyed", "内容是否已销毁", always=True),
    Column("subjects", "texts", "Whom it concerns, as kind:id", "涉及对象", always=True),
    Column("site", "word", "Where it happened", "站点"),
    Column("terminal", "word", "Device it is about", "终端"),
    Column("capture", "word", "How it was noticed", "采集方式"),
    Column("batteries", "texts", "Batteries it says something of", "涉及电池", always=True),
    Column("battery_count", "integer", "How many they are", "电池数", always=True),
    Column("consignment", "text", "Consignment", "联单"),
    Column("returns", "text", "Consignment that this one takes back", "退回的联单"),
    Column("from_site", "word", "Site that dispatched it", "发出站点"),
    Column("to_site", "word", "Site it goes to, or came to", "目的站点"),
    Column("carrier", "word", "Who carries it from now on", "承运人"),
    Column("from_carrier", "word", "Who carried it until now", "转出承运人"),
    Column("vehicle", "text", "Vehicle", "车辆"),
    Column("expected_at", "instant", "When it should arrive", "预计到达时刻"),
    Column("gross_mass_g", "integer", "Gross mass of the consignment", "毛重"),
    Column("net_mass_g", "integer", "Net mass as received", "净重"),
    Column("accepted", "texts", "Taken in by the receiver", "接收的电池"),
    Column("rejected", "texts", "Turned away by the receiver", "拒收的电池"),
    Column("missing", "texts", "Announced, and not there", "短少的电池"),
    Column("extra", "texts", "There, and not announced", "多出的电池"),
    Column("seals_intact", "flag", "Whether the seals held", "封签完好"),
    Column("channel", "word", "How it entered the network", "回收渠道"),
    Column("depositor_kind", "word", "What kind of depositor", "交售者类别"),
    Column("chemistry", "word", "Chemistry of the one battery", "化学体系"),
    Column("mass_g", "integer", "Mass of the one battery", "电池质量"),
    Column("nominal_voltage_mv", "integer", "Nominal voltage", "标称电压"),
    Column("rated_capacity_mah", "integer", "Rated capacity", "额定容量"),
    Column("condition", "texts", "Condition of the one battery", "外观状况"),
    Column("maker", "word", "Maker", "制造商"),
    Column("brand", "word", "Brand", "品牌"),
    Column("place", "word", "Place within the site", "库位"),
    Column("storage_class", "word", "Storage class", "贮存类别"),
    Column("treatment", "texts", "What made it safe", "安全处理"),
    Column("verdict", "word", "Whether it is safe to pack", "检测结论"),
    Column("grade", "word", "Grade", "等级"),
    Column("route", "word", "Where it should go", "去向"),
    Column("state_of_charge_pct", "integer", "State of charge", "荷电状态"),
    Column("capacity_fade_pct", "integer", "Capacity fade", "容量衰减"),
    Column("inputs", "masses", "Matter that went in", "投入物料"),
    Column("outputs", "masses", "Matter that came out", "产出物料"),
    Column("loss_g", "integer", "Matter that was lost", "损耗"),
    Column("process", "word", "Process of recovery", "再生工艺"),
    Column("use", "word", "What it became", "梯次用途"),
    Column("kind", "word", "Kind of site, incident or number book", "类别"),
    Column("case", "text", "An authority's case", "案号"),
    Column("take", "text", "Stock-take", "盘点"),
    Column("order_reference", "text", "Order for the service", "预约单"),
    Column("service", "word", "Service that was ordered", "服务类别"),
    Column("step", "word", "Step of the order or stock-take", "步骤"),
    Column("target", "text", "Movement that is taken back", "被作废或更正的流转"),
    Column("reason", "text", "Why", "原因"),
    Column("organisation", "word", "Organisation registered, or the site's", "单位"),
    Column("name", "text", "Name registered", "名称"),
    Column("division", "word", "Division of the country", "行政区划"),
    Column("remarks", "text", "Remarks at recording, as JSON", "记录时的提示"),
    Column("key", "text", "Random bytes of the record, hexadecimal", "记录随机数"),
    Column("data", "text", "The body, byte for byte", "原文"),
)

NAMES: Final[tuple[str, ...]] = tuple(column.name for column in COLUMNS)
PLACE: Final = {name: place for place, name in enumerate(NAMES)}
