"""Who has a part in a consignment? Those whom its dispatch names, and those whom they name in turn.

Whoever guesses a number can post that it arrived, and the ledger records that with a remark; it is
no reason to be told what was sent.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from custody.api.reach import carriers
from custody.events import Dispatched, HandedOn, Movement
from custody.events.carriage import Owners, vouches


class Parties(NamedTuple):
    """The sites and the carriers that have a part in a consignment."""

    sites: frozenset[str]
    carriers: tuple[str, ...]
    several: bool
    """Whether more than one site tells of it as its own: then each knows of its own part alone."""


def parties(no: str, facts: Sequence[Movement], owners: Owners) -> Parties:
    """Name the parties of a consignment by all that was posted of it; `owners`: whose sites are.

    As long as nobody has said that it left, those who tell of it are all there are.
    """
    sent, others = _parted(facts, lambda fact: _sends(fact, no))
    tellers = {fact.site for fact in sent or facts}
    counted = _counted(sent, others, owners) if sent else facts
    sites = frozenset(site for fact in counted for site in sites_of(fact))
    return Parties(sites, tuple(_carriers(counted)), len(tellers) > 1)


def sites_of(fact: Movement) -> set[str]:
    """Name the sites that a fact says something of: its own, and where something goes."""
    return {site for site in (fact.site, getattr(fact, "to_site", None)) if site}


def _counted(
    sent: Sequence[Movement], others: Sequence[Movement], owners: Owners
) -> Sequence[Movement]:
    """Return the dispatches, and what was posted by a party to them: by who was named before.

    A carrier that hands on what it has, at a site of its own, names the next one; what is posted
    first may come first.
    """
    counted, sites, named = [*sent], set[str](), set[str]()
    more = sent
    while more:
        sites.update(site for fact in more for site in sites_of(fact))
        named.update(_carriers(more))
        more, others = _parted(others, lambda fact: _counts(fact, sites, named, owners))
        counted += more
    return counted


def _parted(
    facts: Iterable[Movement], so: Callable[[Movement], bool]
) -> tuple[list[Movement], list[Movement]]:
    """Part facts by what is so of them, each half in its order."""
    parted: tuple[list[Movement], list[Movement]] = [], []
    for fact in facts:
        parted[0 if so(fact) else 1].append(fact)
    return parted


def _sends(fact: Movement, no: str) -> bool:
    return isinstance(fact, Dispatched) and fact.consignment == no


def _counts(fact: Movement, sites: set[str], named: set[str], owners: Owners) -> bool:
    if isinstance(fact, HandedOn):
        return vouches(fact, sites, named, owners)
    return fact.site in sites


def _carriers(facts: Iterable[Movement]) -> list[str]:
    return [carrier for fact in facts for carrier in carriers(fact)]
