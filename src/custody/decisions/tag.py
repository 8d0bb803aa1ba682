"""赋码: a pack gets a tag. Is the tag free, and is the older code this pack's?"""

from collections.abc import Iterator

from custody.decisions import entering
from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import in_hand
from custody.decisions.likeness import differences
from custody.decisions.second_life import is_second_life_code
from custody.events import Tagged
from custody.events.whereabouts import Whereabouts, has_ended
from custody.state.books import Books
from custody.terms import Millis

TAG_USED_BEFORE = Advice(
    "tag_used_before",
    "high",
    "标签 {tag} 此前已用于另一块电池（{state}）；每枚标签只能用一次。",
    "Tag {tag} has been used for another pack before ({state}); a tag is for one pack alone.",
)
NOT_A_TAG = Advice(
    "not_a_tag",
    "low",
    "{battery} 不是标签册中的标签；赋码应使用自制标签。",
    "{battery} is no tag of ours; a pack without a legible code gets one from the book of tags.",
)
TWO_CODES_OF_A_KIND = Advice(
    "two_codes_of_a_kind",
    "medium",
    "{battery} 与 {older} 属同一编码体系；一块电池只有一个这样的编码。",
    "{battery} and {older} are of one scheme, and a pack has only one code of it.",
)
LINKED_TO_ENDED = Advice(
    "linked_to_ended",
    "critical",
    "原编码 {older} 的电池已于此前终结（{state}），不能是本块电池。",
    "The battery {older} had already ended ({state}): this pack cannot be it.",
)
LINKED_APART = Advice(
    "linked_apart",
    "critical",
    "账面上 {battery} 在 {site}，{older} 在 {older_site}；两者不能是同一块电池。",
    "The books have {battery} at {site} and {older} at {older_site}: they cannot be one pack.",
)
LINKED_UNLIKE = Advice(
    "linked_unlike",
    "critical",
    "{battery} 与 {older} 的记录矛盾（{differences}），不像是同一块电池。",
    "What is known of {battery} and {older} contradicts ({differences}): hardly one pack.",
)


def decide(fact: Tagged, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on a tag that another pack bears, and on two codes that cannot be one pack's."""
    ref = fact.battery.code
    believed = books.battery(ref).before(fact)
    if not ref.startswith("tag:") and not is_second_life_code(ref):
        yield NOT_A_TAG(f"battery:{ref}", battery=ref)
    if believed["state"] is None:
        yield from entering.remarks(fact, ref)
    elif ref.startswith("tag:") and _is_worn_by_another(fact, believed, books):
        yield TAG_USED_BEFORE(f"battery:{ref}", tag=ref, state=believed["state"])
    else:
        yield from in_hand(fact, [(ref, believed)])
    if fact.same_as is not None:
        yield from _linked(fact, fact.same_as, believed, books)


def _is_worn_by_another(fact: Tagged, believed: Whereabouts, books: Books) -> bool:
    """Tell whether a tag that the books know is on a pack which cannot be the one at hand."""
    if believed["state"] not in ("in_stock", "missing", "lost"):
        return True
    if believed["state"] == "in_stock" and believed["site"] != fact.site:
        return True
    if differences(fact.battery.chemistry, fact.battery.mass_g, believed):
        return True
    if fact.same_as is None or fact.same_as.startswith("tag:"):
        return False
    codes = books.battery(fact.battery.code).codes
    return fact.same_as not in codes and any(not code.startswith("tag:") for code in codes)


def _linked(fact: Tagged, older: str, believed: Whereabouts, books: Books) -> Iterator[Remark]:
    ref = fact.battery.code
    both = {"battery": ref, "older": older}
    subjects = (f"battery:{ref}", f"battery:{older}")
    if _are_of_a_kind(ref, older):
        yield TWO_CODES_OF_A_KIND(*subjects, **both)
    of_older = books.battery(older).before(fact)
    one_already = older in books.battery(ref).codes
    if has_ended(of_older):
        yield LINKED_TO_ENDED(*subjects, older=older, state=of_older["state"])
    elif _stand_apart(believed, of_older) and not one_already:
        yield LINKED_APART(*subjects, **both, site=believed["site"], older_site=of_older["site"])
    else:
        yield from in_hand(fact, [(older, of_older)])
    chemistry = fact.battery.chemistry or believed["chemistry"]
    mass_g = believed["mass_g"] if fact.battery.mass_g is None else fact.battery.mass_g
    found = differences(chemistry, mass_g, of_older)
    if found:
        yield LINKED_UNLIKE(*subjects, **both, differences=", ".join(found))


def _are_of_a_kind(ref: str, older: str) -> bool:
    """Tell whether a maker would have to have named the pack twice; a second life has its own."""
    scheme = ref.partition(":")[0]
    if scheme == "tag" or scheme != older.partition(":")[0]:
        return False
    return is_second_life_code(ref) == is_second_life_code(older)


def _stand_apart(one: Whereabouts, other: Whereabouts) -> bool:
    stand = one["state"] == other["state"] == "in_stock"
    return stand and one["site"] != other["site"]
