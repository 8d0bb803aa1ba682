"""Why is an event no movement of ours? It is kept as it came, whatever we make of it."""

from dataclasses import dataclass, field
from typing import Any

TEXTS: dict[str, tuple[str, str]] = {
    "not_ours": (
        "本网络没有与这种事件对应的流转；事件原样保存，可供查询。",
        "The network has no movement for an event of this kind; it is kept as it came.",
    ),
    "site_unknown": (
        "无法得知是哪个站点：{uri}。请用 urn:custody:site:…，或在主数据中以 custody:site 说明。",
        (
            "Which site it is cannot be told from {uri}. Write urn:custody:site:…, or say so of "
            "the location in master data, as custody:site."
        ),
    ),
    "battery_unreadable": (
        "{uri} 不能写成本网络的电池编码（例如 GIAI 中的小写字母或连字符）。",
        (
            "{uri} cannot be written as a battery's code of ours: such as a GIAI with small "
            "letters or hyphens, or a crate."
        ),
    ),
    "consignment_unknown": (
        "没有可用的运单号：请给出 desadv 或 recadv，外部单号不超过40个字符。",
        (
            "It names no consignment that we could keep: give a desadv or recadv, of at most 40 "
            "characters if it is from elsewhere."
        ),
    ),
    "incomplete": (
        "作为 {type} 还缺少或不符：{fields}。请用 custody: 扩展字段补充。",
        (
            "As a {type} it lacks or misstates {fields}. Say it in the extension fields under "
            "custody:."
        ),
    ),
    "part_of_another": (
        "这是另一条事件所述流转的一部分，已随那条记录。",
        "It is part of the movement that another event tells, and counts with that.",
    ),
    "told_by_corrective": (
        "更正由更正事件说明；本声明不另成一条流转。",
        "The corrective event says what is right; this declaration is no movement of its own.",
    ),
}
"""Code of a reason → what it says in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an event is no movement: a stable code, and its particulars."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def zh(self) -> str:
        """Say it in Chinese."""
        return TEXTS[self.code][0].format(**self.params)

    @property
    def en(self) -> str:
        """Say it in English."""
        return TEXTS[self.code][1].format(**self.params)


class NoMovement(Exception):
    """An event is no movement of ours."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.reason = Reason(code, params)
