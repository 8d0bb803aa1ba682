"""Who is told of a consignment because it was given to them, and whose word counts for that?

That a carrier gave it to the next is for those to say who had it to give: the carrier itself, at a
site of its own, or a site between which it travels. Whoever else posts it may be right, and it is
recorded; but a number can be guessed, and nobody is told of a consignment on a stranger's word.
"""

from collections.abc import Collection, Iterable, Mapping

from custody.events.consignment import Dispatched, HandedOn

Owners = Mapping[str, str]
"""Whose each site is, as far as it is registered."""


def vouches(
    fact: HandedOn, sites: Collection[str], carriers: Collection[str], owners: Owners
) -> bool:
    """Tell whether a hand-on is the word of one of some sites, or of the carrier that gives.

    `carriers`: those who were given the consignment, by a word that counts.
    """
    if fact.site in sites:
        return True
    return fact.from_carrier in carriers and owners.get(fact.site) == fact.from_carrier


def told(sent: Dispatched, handed_on: Iterable[HandedOn], owners: Owners) -> list[str]:
    """Name the carriers who are told of what left, whichever link of their chain came first."""
    sites = {sent.site, sent.to_site}
    found = {sent.carrier: None}
    waiting = list(handed_on)
    while counting := [one for one in waiting if vouches(one, sites, found, owners)]:
        for one in counting:
            found |= {one.from_carrier: None, one.to_carrier: None}
        waiting = [one for one in waiting if one not in counting]
    return list(found)
