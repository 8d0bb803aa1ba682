"""May somebody do this, there? The one place where it is decided."""

from collections.abc import Collection
from typing import NamedTuple

from custody.access.actions import ALLOWED, MOVEMENTS, NAMES_ITS_SITE, Action
from custody.access.resource import WHOLE, Resource
from custody.access.subject import Subject


class Decision(NamedTuple):
    """Whether one may, and if not, the code of the problem to answer with."""

    allowed: bool
    because: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Decision(allowed=True)
FORBIDDEN = Decision(allowed=False, because="forbidden")
"""The role may do this nowhere."""
NOT_YOUR_SITE = Decision(allowed=False, because="not_your_site")
OUT_OF_SCOPE = Decision(allowed=False, because="out_of_scope")


def can(subject: Subject, action: Action, resource: Resource | None = None) -> Decision:
    """Decide whether a subject may do something to a thing; without one, whether anywhere at all.

    Of a list of `WHOLE` it may see what its scope covers.
    """
    if subject.role not in ALLOWED[action]:
        return FORBIDDEN
    if resource is None:
        return YES
    names_its_site = subject.role in NAMES_ITS_SITE
    if (resource is WHOLE and not names_its_site) or resource.within(subject.scope):
        return YES
    return NOT_YOUR_SITE if names_its_site else OUT_OF_SCOPE


def may_post(subject: Subject, type_: str, carriers: Collection[str]) -> Decision:
    """Decide whether a subject may post a movement of a type; for which site is another question.

    `carriers`: those whom it names. A carrier speaks of what it takes or gives itself, alone.
    """
    types = MOVEMENTS.get(subject.role)
    if types is None or (type_ in types and subject.organisation in carriers):
        return can(subject, "post_movements")
    return FORBIDDEN
