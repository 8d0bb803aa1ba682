"""拆解: a battery is taken apart. Does the site have it, and can that much come out of it?"""

from collections.abc import Iterator

from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import in_hand
from custody.events import Dismantled
from custody.state.books import Books
from custody.terms import Millis

OUTPUTS_EXCEED_INPUT = Advice(
    "outputs_exceed_input",
    "high",
    "拆解产物与损耗共 {out_g} 克，超过电池质量 {in_g} 克。",
    "Outputs and loss add up to {out_g} g, more than the battery's {in_g} g.",
)


def decide(fact: Dismantled, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on a battery that the books have elsewhere, and on matter out of nowhere."""
    yield from in_hand(fact, [fact.battery], books)
    in_g = books.battery(fact.battery).before(fact)["mass_g"]
    out_g = sum(output.mass_g for output in fact.outputs) + (fact.loss_g or 0)
    if in_g is not None and out_g > in_g:
        yield OUTPUTS_EXCEED_INPUT(f"battery:{fact.battery}", out_g=out_g, in_g=in_g)
