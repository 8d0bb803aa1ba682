"""Which batteries came in, which went out, and which did neither and changed the book?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from custody.books import behind, flows
from custody.books.asking import Asked
from custody.books.behind import Behind
from custody.books.book import Line, Place, Sources, place, written
from custody.books.columns import (
    BATTERY,
    BY_SITE,
    CHEMISTRY,
    CLASS,
    CONSIGNMENT,
    GRADE,
    SOURCE,
    TIME,
    TYPE,
    Column,
    many,
    number,
    sum_of,
    text,
)
from custody.events import (
    Dispatched,
    Disposed,
    DroppedOff,
    IncidentReported,
    Movement,
    Received,
    Repurposed,
    Tagged,
)
from custody.projections.tables import Row

_BATTERY = (
    CHEMISTRY,
    CLASS,
    GRADE,
    sum_of("pieces", "件数", "Pieces"),
    sum_of("mass_g", "质量(克)", "Mass (g)"),
)

Consignments = Mapping[str, Row]
Particulars = Callable[[Movement, Consignments], Row]
"""Says of a movement what only this book tells."""


@dataclass(frozen=True)
class Told:
    """A book with a line for each battery that came, went, or was adjusted."""

    name: flows.Kind
    zh: str
    en: str
    columns: Sequence[Column]
    particulars: Particulars

    def lines(
        self, sources: Sources, asked: Asked, after: str | None, limit: int
    ) -> Sequence[Line]:
        """Return so many lines past a place."""
        last = place(after)
        since, skip = (last[:3], last.told) if last else (None, 0)
        rows = flows.lines(sources.connection, asked, self.name, since, skip, limit)
        known = behind.movements(sources.ledger, [row["movement"] for row in rows], asked.known)
        nos = {one.fact.consignment for one in known.values() if isinstance(one.fact, Received)}
        sent = behind.consignments(sources.ledger, nos, asked.known) if self.name == "in" else {}
        lines: list[Line] = []
        for row in rows:
            last = _next(last, row)
            told = self._told(row, known[row["movement"]], sent)
            lines.append(Line(written(*last), told))
        return lines

    def totals(self, sources: Sources, asked: Asked) -> Row:
        """Return pieces and grams of the whole stretch."""
        return flows.totals(sources.connection, asked, self.name)

    def size(self, sources: Sources, asked: Asked) -> int:
        """Return how many lines there are."""
        return flows.count(sources.connection, asked, self.name)

    def _told(self, row: Row, known: Behind, sent: Consignments) -> Row:
        sign = row["sign"] if self.name == "adjustments" else 1
        mass_g = row["mass_g"]
        return {
            "occurred_at": row["at"],
            "battery": row["battery"],
            "type": known.fact.type,
            "by_site": known.fact.site,
            **self.particulars(known.fact, sent),
            "chemistry": row["chemistry"],
            "class": row["storage_class"],
            "grade": row["grade"],
            "pieces": sign,
            "mass_g": None if mass_g is None else sign * mass_g,
            **behind.source(known),
        }


def _next(last: Place | None, row: Row) -> Place:
    here = (row["at"], row["rank"], row["movement"])
    return Place(*here, last.told + 1 if last and last[:3] == here else 1)


def _came(fact: Movement, sent: Consignments) -> Row:
    dropped = fact if isinstance(fact, DroppedOff) else None
    described = fact.battery if isinstance(fact, DroppedOff | Tagged) else None
    received = fact.consignment if isinstance(fact, Received) else None
    return {
        "channel": dropped and dropped.channel,
        "depositor_kind": dropped and dropped.depositor_kind,
        "depositor": dropped and dropped.depositor,
        "order": dropped and dropped.order_reference,
        "consignment": received,
        "from_site": received and sent[received]["from_site"],
        "maker": described and described.maker,
        "brand": described and described.brand,
        "nominal_voltage_mv": described and described.nominal_voltage_mv,
        "rated_capacity_mah": described and described.rated_capacity_mah,
    }


def _went(fact: Movement, _: Consignments) -> Row:
    sent = fact if isinstance(fact, Dispatched) else None
    seals = sent.seals if sent else None
    return {
        "consignment": sent and sent.consignment,
        "to_site": sent and sent.to_site,
        "carrier": sent and sent.carrier,
        "vehicle": sent and sent.vehicle,
        "seals": list(seals or ()),
        "un_number": sent and sent.un_number,
        "use": fact.use if isinstance(fact, Repurposed) else None,
        "certificate": fact.certificate if isinstance(fact, Disposed) else None,
    }


def _adjusted(fact: Movement, _: Consignments) -> Row:
    return {"kind": fact.kind if isinstance(fact, IncidentReported) else None}


CAME = Told(
    "in",
    "入库",
    "In",
    (
        TIME,
        BATTERY,
        TYPE,
        text("channel", "来源渠道", "Channel"),
        text("depositor_kind", "来源类别", "Depositor kind"),
        text("depositor", "来源代号", "Depositor"),
        text("order", "订单号", "Order"),
        CONSIGNMENT,
        text("from_site", "交出站点", "From site"),
        text("maker", "生产企业", "Maker"),
        text("brand", "品牌", "Brand"),
        number("nominal_voltage_mv", "标称电压(毫伏)", "Nominal voltage (mV)"),
        number("rated_capacity_mah", "额定容量(毫安时)", "Rated capacity (mAh)"),
        *_BATTERY,
        BY_SITE,
        *SOURCE,
    ),
    _came,
)
WENT = Told(
    "out",
    "出库",
    "Out",
    (
        TIME,
        BATTERY,
        TYPE,
        CONSIGNMENT,
        text("to_site", "接收站点", "To site"),
        text("carrier", "承运人", "Carrier"),
        text("vehicle", "车牌", "Vehicle"),
        many("seals", "封签", "Seals"),
        text("un_number", "UN编号", "UN number"),
        text("use", "梯次用途", "Second-life use"),
        text("certificate", "处置证明", "Certificate"),
        *_BATTERY,
        BY_SITE,
        *SOURCE,
    ),
    _went,
)
ADJUSTED = Told(
    "adjustments",
    "调整",
    "Adjustments",
    (
        TIME,
        BATTERY,
        TYPE,
        text("kind", "事件种类", "Kind of incident"),
        *_BATTERY,
        BY_SITE,
        *SOURCE,
    ),
    _adjusted,
)
