"""拆解利用: what was taken apart, recovered, given a second life or disposed of?"""

from collections.abc import Iterable

from custody.books.columns import TYPE, many, sum_of, text
from custody.books.told_from_entries import Listed, each
from custody.events import Dismantled, Disposed, Movement, Recovered, Repurposed
from custody.events.fact import Closed
from custody.projections.tables import Row

_NOTHING: Row = {
    "batteries": [], "pieces": 0, "inputs": [], "input_g": 0, "outputs": [], "output_g": 0,
    "loss_g": None, "made": [], "process": None, "use": None, "certificate": None,
}  # fmt: skip


def _line(fact: Movement) -> Row:
    return {"type": fact.type, **_NOTHING, **_said(fact)}


def _said(fact: Movement) -> Row:
    match fact:
        case Dismantled():
            return {
                **_batteries([fact.battery]),
                "outputs": _listed(fact.outputs),
                "output_g": sum(one.mass_g for one in fact.outputs),
                "loss_g": fact.loss_g,
                "made": list(fact.children),
            }
        case Recovered():
            return {
                **_batteries(fact.batteries),
                "inputs": _listed(fact.inputs),
                "input_g": sum(one.mass_g for one in fact.inputs),
                "outputs": _listed(fact.outputs),
                "output_g": sum(one.mass_g for one in fact.outputs),
                "process": fact.process,
            }
        case Repurposed():
            made = [fact.new_code] if fact.new_code else []
            return {**_batteries([fact.battery]), "made": made, "use": fact.use}
        case Disposed():
            return {
                **_batteries(fact.batteries),
                "inputs": _listed(fact.fractions),
                "input_g": sum(one.mass_g for one in fact.fractions),
                "certificate": fact.certificate,
            }
    raise AssertionError("the book holds no other")


def _batteries(refs: Iterable[str]) -> Row:
    named = list(refs)
    return {"batteries": named, "pieces": len(named)}


def _listed(parts: Iterable[Closed]) -> list[Row]:
    return [part.model_dump(mode="json", exclude_none=True) for part in parts]


PROCESSING = Listed(
    "processing",
    "拆解利用",
    "Processing",
    frozenset({"dismantle", "recover", "second_life", "dispose"}),
    (
        TYPE,
        many("batteries", "电池编码", "Batteries"),
        sum_of("pieces", "件数", "Pieces"),
        many("inputs", "投入组分", "Fractions put in"),
        sum_of("input_g", "投入组分(克)", "Fractions put in (g)"),
        many("outputs", "产出", "Outputs"),
        sum_of("output_g", "产出(克)", "Outputs (g)"),
        sum_of("loss_g", "损耗(克)", "Loss (g)"),
        many("made", "新编码", "New codes"),
        text("process", "工艺", "Process"),
        text("use", "梯次用途", "Second-life use"),
        text("certificate", "处置证明", "Certificate"),
    ),
    each(_line),
)
