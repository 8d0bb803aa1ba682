"""梯次利用: a battery becomes another product. May it?

Closed unless licensed: the industry conditions of 2024 and the measures of 2026 have shut e-bikes
out for good, and other uses are open only to a plant whose registration names them.
"""

from collections.abc import Iterator

from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import in_hand, seen, under_hold
from custody.events import Repurposed
from custody.events.registry import SiteRegistered
from custody.state.books import Books
from custody.state.registry import Registry
from custody.terms import Millis

LICENCE = "second_life:"
"""What a plant's licence begins with; behind it stands the use."""

E_BIKES = ("ebike", "ebicycle", "electricbike", "electricbicycle", "pedelec")
"""How the one use is called that no licence opens, whatever stands between its letters."""

CODE_LENGTH = 19
"""Characters of a second-life product's code under GB/T 34014; a first life's has 24."""

SECOND_LIFE_CLOSED = Advice(
    "second_life_closed",
    "critical",
    "梯次用途“{use}”未向站点 {site} 开放；电动自行车用途一律禁止。",
    "The use {use} is not open to site {site}; for e-bikes there is no second life at all.",
)
NEW_CODE_ODD = Advice(
    "new_code_odd",
    "medium",
    "梯次产品应有 19 位 GB/T 34014 编码，而 {new_code} 不是。",
    "A second-life product bears a GB/T 34014 code of 19 characters, which {new_code} is not.",
)
NEW_CODE_KNOWN = Advice(
    "new_code_known",
    "high",
    "新编码 {new_code} 此前已在账面上（{state}）；新产品须用新编码。",
    "The new code {new_code} is in the books already ({state}); a new product needs a new one.",
)


def decide(fact: Repurposed, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on a use that is not open, a battery held or elsewhere, and a code that is no new."""
    batteries = seen(fact, [fact.battery], books)
    yield from in_hand(fact, batteries)
    yield from under_hold(batteries)
    if _is_e_bike(fact.use) or not _is_licensed(fact, books.registry):
        yield SECOND_LIFE_CLOSED(f"site:{fact.site}", site=fact.site, use=fact.use)
    if fact.new_code is not None:
        yield from _new_code(fact, fact.new_code, books)


def is_open(site: str, at: Millis, registry: Registry) -> bool:
    """Tell whether a site was licensed for any second life at all."""
    found = registry.in_force(f"site:{site}", at)
    return isinstance(found, SiteRegistered) and any(
        one.startswith(LICENCE) and not _is_e_bike(one.removeprefix(LICENCE))
        for one in found.licences
    )


def is_second_life_code(ref: str) -> bool:
    """Tell a second-life product's code from all others, by its length alone: it is valid."""
    scheme, _, code = ref.partition(":")
    return scheme == "gbt34014" and len(code) == CODE_LENGTH


def _new_code(fact: Repurposed, new_code: str, books: Books) -> Iterator[Remark]:
    subject = f"battery:{new_code}"
    if not is_second_life_code(new_code):
        yield NEW_CODE_ODD(subject, new_code=new_code)
    believed = books.battery(new_code).before(fact)
    if believed["state"] is not None:
        yield NEW_CODE_KNOWN(subject, new_code=new_code, state=believed["state"])


def _is_licensed(fact: Repurposed, registry: Registry) -> bool:
    return registry.is_licensed(fact.site, LICENCE + fact.use, fact.at)


def _is_e_bike(use: str) -> bool:
    return "".join(c for c in use.lower() if c.isalnum()).startswith(E_BIKES)
