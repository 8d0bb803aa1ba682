"""检测: what was found of the batteries that somebody looked at?"""

from custody.books.columns import BATTERY, TYPE, many, number, text
from custody.books.told_from_entries import Listed, each
from custody.events import Graded, Inspected, Movement
from custody.projections.tables import Row

_MEASURED = (
    number("mass_g", "质量(克)", "Mass (g)"),
    number("open_circuit_voltage_mv", "开路电压(毫伏)", "Open-circuit voltage (mV)"),
    number("max_output_voltage_mv", "最大输出电压(毫伏)", "Max output voltage (mV)"),
    number("internal_resistance_mohm", "内阻(毫欧)", "Internal resistance (mΩ)"),
    number("state_of_charge_pct", "荷电状态(%)", "State of charge (%)"),
    number("capacity_fade_pct", "容量衰减率(%)", "Capacity fade (%)"),
)


def _line(fact: Movement) -> Row:
    assert isinstance(fact, Inspected | Graded), "the book holds no other"
    inspected = fact if isinstance(fact, Inspected) else None
    graded = fact if isinstance(fact, Graded) else None
    condition = inspected.condition if inspected else None
    return {
        "type": fact.type,
        "battery": fact.battery,
        "verdict": inspected and inspected.verdict,
        "condition": list(condition or ()),
        "grade": graded and graded.grade,
        "route": graded and graded.route,
        **{column.name: getattr(fact, column.name) for column in _MEASURED},
    }


INSPECTION = Listed(
    "inspection",
    "检测",
    "Inspection",
    frozenset({"inspect", "grade"}),
    (
        TYPE,
        BATTERY,
        text("verdict", "结论", "Verdict"),
        many("condition", "外观状态", "Condition"),
        text("grade", "等级", "Grade"),
        text("route", "去向", "Route"),
        *_MEASURED,
    ),
    each(_line),
)
