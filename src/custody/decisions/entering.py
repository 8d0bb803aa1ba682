"""What is odd about a battery that enters the books: its code, or how the code was read?"""

from collections.abc import Iterator

from custody import codes
from custody.decisions.advice import Advice, Remark
from custody.events import Movement
from custody.terms import SHANGHAI

TYPED_CODE = Advice(
    "typed_code",
    "low",
    "电池 {battery} 此前从未出现，其编码系手工输入；请核对标签，尽量扫码。",
    "Battery {battery} is new to the books and its code was typed: check the label, or scan it.",
)
ODD = {
    advice.code: advice
    for advice in (
        Advice(
            "loose_letter",
            "low",
            "电池 {battery} 编码的日期中有字母 I 或 U，国家标准不用这两个字母；可能是误读。",
            "The date in battery code {battery} has the letter I or U, which the standard does "
            "not use: it may have been misread.",
        ),
        Advice(
            "made_in_the_future",
            "medium",
            "按编码，电池 {battery} 的生产日期在今后；请核对编码。",
            "By its code battery {battery} is yet to be made; check the code.",
        ),
        Advice(
            "made_within_90_days",
            "medium",
            "按编码，电池 {battery} 生产不足 90 天即退役；请核对编码与来源。",
            "By its code battery {battery} was made less than 90 days ago; check the code, and "
            "where it comes from.",
        ),
        Advice(
            "product_not_a_pack",
            "medium",
            "按编码，{battery} 是模组或电芯，而不是电池包；请核实其所属电池包。",
            "By its code {battery} is a module or a cell and no pack; find out of which pack.",
        ),
        Advice(
            "second_life_product",
            "high",
            "按编码，{battery} 是梯次利用产品；电动自行车不得使用梯次电池。",
            "By its code {battery} is a second-life product, which no e-bike may have.",
        ),
        Advice(
            "product_differs",
            "low",
            "梯次利用编码 {battery} 前后两处的产品类型不一致。",
            "The second-life code {battery} tells its kind of product twice, differently.",
        ),
        Advice(
            "tag_of_a_later_year",
            "medium",
            "标签 {battery} 属于今后年度的标签册，此时不应在用。",
            "The tag {battery} is of a book for a later year, and should not be in use yet.",
        ),
        Advice(
            "tag_division_unknown",
            "medium",
            "标签 {battery} 中的行政区划代码不存在；它不出自任何标签册。",
            "The division in tag {battery} does not exist; it is from no book of tags.",
        ),
    )
}
"""What may be odd about a code, by the name that `codes` has for it."""


def remarks(fact: Movement, ref: str) -> Iterator[Remark]:
    """Remark on a battery that the books have never seen before this movement."""
    subject = f"battery:{ref}"
    if fact.capture == "typed":
        yield TYPED_CODE(subject, battery=ref)
    for oddity in codes.oddities(ref, fact.occurred_at.astimezone(SHANGHAI).date()):
        yield ODD[oddity](subject, battery=ref)
