"""What does a fact say of one subject? A published function of its body, and of nothing else.

Whoever proves one battery's history shows these and not the bodies: a consignment's other batteries
and the people behind it are left out. An auditor who has the body works out the same bytes.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import orjson
from msgspec.json import Decoder

from custody.codes.normal import normalise
from custody.terms import Subject

PRIVATE: Final = frozenset(
    {"operator", "depositor", "order", "note", "signature", "previous", "terminal_sequence"}
)
"""Fields that lead to people, or hold what may lead to them; they are in the body alone."""

LISTS: Final = frozenset(
    {"batteries", "accepted", "missing", "extra", "counted", "children", "rejected"}
)
"""Fields that name several batteries; of each, only what concerns the subject is said."""

VALUES: Final = "values"
"""The field of a correction that holds fields of its target; the same rules hold inside it."""

SHARED: Final = LISTS | {VALUES}

TOLD: Final = ("battery:", "consignment:")
"""Kinds of subject that are told what a fact says of them."""

ENDS: Final = ("battery", "same_as", "new_code")
"""Fields that name one battery, by its `code` or as the text itself."""

NULL: Final = b"null"

FEW: Final = 2
"""Up to so many batteries, what is said of all is written anew for each."""

NORMAL_MAX: Final = 16_384
"""References whose one spelling is remembered: a battery comes again within a day or two."""

read: Final[Callable[[bytes], Any]] = Decoder(float_hook=str).decode
"""Reads a body. A number that is no integer becomes the text it is written as: what is committed to
holds no floating point, which two programs could write differently."""


def said(body: dict[str, Any], subjects: Sequence[Subject]) -> list[bytes]:
    """Return what a body says of each of some subjects, as canonical JSON (RFC 8785).

    Of a battery or a consignment that is an object; of any other subject it is null.
    """
    plain, of_some = _parted(body)
    texts = []
    of_all = None
    around: dict[str, tuple[bytes, bytes]] = {}
    for subject in subjects:
        if not subject.startswith(TOLD):
            texts.append(NULL)
        elif own := of_some.get(subject.partition(":")[2]):
            if len(of_some) > FEW and len(own) == 1 and VALUES not in own:
                texts.append(_spliced(plain, own, around))
            else:
                texts.append(written(_joined(plain, own)))
        else:
            of_all = of_all or written(plain)
            texts.append(of_all)
    return texts


def written(value: Any) -> bytes:
    """Write a value of objects, arrays, strings and integers in the form of RFC 8785.

    For these it is what orjson writes with its keys sorted, as long as the keys are ASCII: a test
    holds that against a library of the standard.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def left_out(body: Mapping[str, Any], subjects: Collection[Subject]) -> set[Subject]:
    """Return the batteries that a body names and that are none of its record's subjects."""
    # Most references stand in the body as subjects are spelt: the others alone are spelt anew.
    spelt = {f"battery:{one}" for one in _references(body)}.difference(subjects)
    return spelt and {_subject(one) for one in spelt}.difference(subjects)


_Some = dict[str, dict[str, Any]]


def _parted(body: Mapping[str, Any]) -> tuple[dict[str, Any], _Some]:
    """Part a body into what is said of every subject, and what of those that its lists name."""
    of_all = {**body}
    for name in PRIVATE:
        of_all.pop(name, None)
    of_some: _Some = {}
    for name in SHARED.intersection(of_all):
        value = of_all[name]
        if name == VALUES and isinstance(value, dict):
            of_all[VALUES], within = _parted(value)
            for one, said in within.items():
                of_some.setdefault(one, {})[VALUES] = said
        elif name != VALUES and isinstance(value, list):
            del of_all[name]
            for element in value:
                of_some.setdefault(_named(element), {}).setdefault(name, []).append(element)
    return of_all, of_some


def _joined(of_all: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    values = own.get(VALUES)
    said = {**of_all, **own}
    return said if values is None else {**said, VALUES: {**of_all[VALUES], **values}}


def _spliced(
    of_all: dict[str, Any], own: dict[str, Any], around: dict[str, tuple[bytes, bytes]]
) -> bytes:
    """Write what is said of one battery of many, that a single list names.

    Members stand in the order of their names: those before the list's, and those behind it, are the
    same bytes for each battery in it, and are written once (`around`, by the list's name).
    """
    ((name, elements),) = own.items()
    if name not in around:
        around[name] = _around(of_all, name)
    before, behind = around[name]
    return before + written(elements) + behind


def _around(members: dict[str, Any], name: str) -> tuple[bytes, bytes]:
    """Write an object up to the value of one more member, and from behind it on."""
    before = written({one: value for one, value in members.items() if one < name})[:-1]
    behind = written({one: value for one, value in members.items() if one > name})[1:]
    own = b'%s"%s":' % (b"," if len(before) > 1 else b"", name.encode())
    return before + own, (b"," if len(behind) > 1 else b"") + behind


def _named(element: Any) -> str:
    """Return whom an element of a list names: it is a reference, or an object about a battery.

    What is said keeps the spelling of the body; whom it is said of goes by the one spelling.
    """
    return _normal(str(element.get("battery") if isinstance(element, dict) else element))


def _references(body: Mapping[str, Any]) -> list[Any]:
    """Return the references to batteries in a body, as they are spelt there."""
    found = [
        one.get("code") if isinstance(one, dict) else one
        for end in ENDS
        if (one := body.get(end)) is not None
    ]
    for name in LISTS.intersection(body):
        if isinstance(many := body[name], list):
            found += [one.get("battery") if isinstance(one, dict) else one for one in many]
    if isinstance(values := body.get(VALUES), dict):
        found += _references(values)
    return found


def _subject(spelt: Subject) -> Subject:
    kind, colon, ref = spelt.partition(":")
    return f"{kind}{colon}{_normal(ref)}"


@lru_cache(maxsize=NORMAL_MAX)
def _normal(ref: str) -> str:
    """Return a reference in its one spelling."""
    scheme, colon, code = ref.partition(":")
    return f"{scheme}{colon}{normalise(code)}"
