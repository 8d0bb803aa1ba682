"""交接: which consignments left and came, and was all of it accounted for?"""

from collections.abc import Sequence

from custody.books import behind, flows
from custody.books.asking import Asked
from custody.books.behind import Behind
from custody.books.book import Sources
from custody.books.columns import CONSIGNMENT, Column, number, sum_of, text
from custody.books.told_from_entries import Listed
from custody.events import Dispatched, HandedOn, Received
from custody.projections.tables import Row

_TOLD = (
    "state", "from_site", "to_site",
    "released", "accepted", "rejected", "missing", "extra", "unaccounted",
    "gross_mass_g", "net_mass_g",
)  # fmt: skip
_NOTHING = dict.fromkeys(flows.COUNTS, 0)


def _lines(sources: Sources, asked: Asked, found: Sequence[Behind]) -> list[Row]:
    handed = [one.fact for one in found if isinstance(one.fact, Dispatched | HandedOn | Received)]
    nos = {fact.consignment for fact in handed}
    sent = behind.consignments(sources.ledger, nos, asked.known) if nos else {}
    moved = flows.by_movement(sources.connection, asked, handed)
    return [
        {
            **_who(fact),
            "consignment": fact.consignment,
            **{name: sent[fact.consignment][name] for name in _TOLD},
            **{name: moved.get(fact.id, _NOTHING)[name] for name in flows.COUNTS},
        }
        for fact in handed
    ]


def _who(fact: Dispatched | HandedOn | Received) -> Row:
    match fact:
        case Dispatched():
            return {
                "direction": "out",
                "carrier": fact.carrier,
                "from_carrier": None,
                "vehicle": fact.vehicle,
            }
        case HandedOn():
            return {
                "direction": "on",
                "carrier": fact.to_carrier,
                "from_carrier": fact.from_carrier,
                "vehicle": fact.vehicle,
            }
        case Received():
            return {"direction": "in", "carrier": None, "from_carrier": None, "vehicle": None}


_COLUMNS: tuple[Column, ...] = (
    text("direction", "方向", "Direction"),
    CONSIGNMENT,
    text("state", "状态", "State"),
    text("from_site", "交出站点", "From site"),
    text("to_site", "接收站点", "To site"),
    text("carrier", "承运人", "Carrier"),
    text("from_carrier", "前一承运人", "From carrier"),
    text("vehicle", "车牌", "Vehicle"),
    number("released", "交出件数", "Released"),
    number("accepted", "接收件数", "Accepted"),
    number("rejected", "拒收件数", "Rejected"),
    number("missing", "短少件数", "Missing"),
    number("extra", "溢收件数", "Extra"),
    number("unaccounted", "未交代件数", "Unaccounted for"),
    number("gross_mass_g", "毛重(克)", "Gross mass (g)"),
    number("net_mass_g", "净重(克)", "Net mass (g)"),
    sum_of("pieces", "本站账面件数", "Pieces in this site's book"),
    sum_of("mass_g", "本站账面质量(克)", "Mass in this site's book (g)"),
    sum_of("mass_unknown_pieces", "质量不明件数", "Pieces of unknown mass"),
)

HANDOVER = Listed(
    "handover",
    "交接",
    "Handover",
    frozenset({"dispatch", "hand_on", "receive"}),
    _COLUMNS,
    _lines,
)
