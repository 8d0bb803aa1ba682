"""Is each battery of a movement named once? Of two entries, nobody could say which counts."""

from collections.abc import Sequence

from pydantic_core import PydanticCustomError

from custody.events.vocabulary import BATTERIES_MAX


def each_once(**lists: Sequence[str]) -> None:
    """Refuse a battery named twice, in one list or in two, and too many of them."""
    named = [ref for refs in lists.values() for ref in refs]
    if len(named) > BATTERIES_MAX:
        raise PydanticCustomError(
            "too_many_batteries", "at most {max} batteries", {"max": BATTERIES_MAX}
        )
    if len(named) == len(set(named)):
        return
    seen: set[str] = set()
    for field, refs in lists.items():
        for index, ref in enumerate(refs):
            if ref in seen:
                raise PydanticCustomError(
                    "listed_twice", "{ref} twice", {"ref": ref, "field": field, "index": index}
                )
            seen.add(ref)
