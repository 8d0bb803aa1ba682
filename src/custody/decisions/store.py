"""入库/移位: batteries are put into a place. Does the site have them, and are they as sound?"""

from collections.abc import Iterator

from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import in_hand, seen, subjects
from custody.decisions.soundness import is_unsound
from custody.events import Stored
from custody.state.books import Books
from custody.terms import Millis

CLASS_TOO_MILD = Advice(
    "class_too_mild",
    "critical",
    "{pieces} 块电池已知破损、漏液、变形或烧蚀，却按完好品存放；请单独存放。",
    "{pieces} of the batteries are known to be damaged, swollen, leaking or burnt, and are stored "
    "as normal: keep them apart.",
)


def decide(fact: Stored, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on batteries that the books have elsewhere, and on unsound ones among the sound."""
    batteries = seen(fact, fact.batteries, books)
    yield from in_hand(fact, batteries)
    if fact.storage_class == "normal":
        unsound = [ref for ref, believed in batteries if is_unsound(believed["condition"])]
        if unsound:
            yield CLASS_TOO_MILD(*subjects(unsound), pieces=len(unsound))
