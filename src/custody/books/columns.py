"""What does a column of a book hold, and what is it called? Said once, for every format."""

from typing import Literal, NamedTuple

Kind = Literal["text", "day", "instant", "number", "flag", "list"]
"""An instant is two columns of a table: the clock at the site, and UTC."""


class Column(NamedTuple):
    """A column: its name in JSON, and its headings."""

    name: str
    kind: Kind
    zh: str
    en: str
    adds_up: bool = False
    """Its numbers may be summed over the lines of a book."""


def text(name: str, zh: str, en: str) -> Column:
    """A word, a code or a name."""
    return Column(name, "text", zh, en)


def number(name: str, zh: str, en: str) -> Column:
    """A whole number that says nothing when summed."""
    return Column(name, "number", zh, en)


def sum_of(name: str, zh: str, en: str) -> Column:
    """A whole number that adds up."""
    return Column(name, "number", zh, en, adds_up=True)


def many(name: str, zh: str, en: str) -> Column:
    """Several things; in a table they are written one after the other."""
    return Column(name, "list", zh, en)


TIME = Column("occurred_at", "instant", "发生时间", "Occurred at")
TYPE = text("type", "类型", "Type")
BATTERY = text("battery", "电池编码", "Battery")
CONSIGNMENT = text("consignment", "交接单号", "Consignment")
CHEMISTRY = text("chemistry", "化学体系", "Chemistry")
CLASS = text("class", "状态类别", "Class")
GRADE = text("grade", "等级", "Grade")
BY_SITE = text("by_site", "记录站点", "Recorded by site")

SOURCE = (
    text("operator", "经办人", "Operator"),
    text("capture", "采集方式", "Capture"),
    text("movement", "流转编号", "Movement"),
    number("position", "账本位置", "Position"),
    Column("recorded_at", "instant", "记录时间", "Recorded at"),
    text("corrected_by", "更正编号", "Corrected by"),
)
"""Which record a line stands on: with these, an auditor finds it in the ledger."""
