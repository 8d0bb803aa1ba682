"""What should a person know of an import that went well: what was decided, what was left out?"""

from dataclasses import dataclass, field
from typing import Any

TEXTS: dict[str, tuple[str, str]] = {
    "unnumbered": (
        "联单尚无编号，暂以 {consignment} 记录；编号下达后请用 --number 指定。",
        (
            "The manifest has no tracking number; it is recorded as {consignment}. If it has been "
            "given one, name it with --number before it is imported."
        ),
    ),
    "departure_by_generator": (
        "承运方均未签名：以产生单位签名的时刻作为交出时刻。",
        "The carrier has not signed: the generator's signature tells when the goods left.",
    ),
    "departure_by_operator": (
        "联单未载明交出时刻：以 --shipped-at 为准。",
        "The manifest does not say when the goods left: --shipped-at does.",
    ),
    "out_of_order": (
        "签名时刻的先后与流转顺序不符，均按原样记录。",
        "The signatures are not in the order in which the goods moved; they are recorded as given.",
    ),
    "not_weighed": (
        "废物行 {lines} 以体积计量或未载明数量，质量未记录。",
        "Given by volume, or not at all: no mass is recorded of lines {lines}.",
    ),
    "discrepancy": (
        "废物行 {lines} 有数量或种类差异；说明见原件。",
        "Found otherwise in quantity or kind: lines {lines}; the comments are in the original.",
    ),
    "residue": (
        "废物行 {lines} 有容器残留：残留另列一项，记为拒收；质量不详。",
        "A residue was left of lines {lines}: it is an item of its own, rejected, of unknown mass.",
    ),
    "un_numbers_differ": (
        "各行 UN 编号不同（{numbers}），交出记录只能载明一个，故未填。",
        (
            "The lines bear different UN numbers ({numbers}); a dispatch has room "
            "for one, so it has none."
        ),
    ),
    "rejection_unsigned": (
        "联单载明拒收，但接收单位未签名，拒收时刻不详，未记录。",
        (
            "The manifest tells of a rejection that nobody signed: when is not known, and it "
            "is not recorded."
        ),
    ),
    "goes_on": (
        "拒收或残留部分另以联单 {numbers} 转移；请一并导入，它们会指回本单。",
        "What was rejected or left goes on under {numbers}; import those too: they point back.",
    ),
    "other_edition": (
        "此前已由另一版文件（SHA-256 {sha256}）导入；已有记录保持不变。",
        (
            "It was imported from another edition of the file (SHA-256 {sha256}) before; what was "
            "recorded then stands."
        ),
    ),
}
"""Code → Chinese, English."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing worth knowing, with the particulars that its text names."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """Tell it to a person."""
        zh, en = TEXTS[self.code]
        return (zh if language == "zh" else en).format_map(self.params)
