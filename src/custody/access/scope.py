"""What part of the network is somebody's to see?"""

from dataclasses import dataclass

DIVISION_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Place:
    """A site as far as access to it goes: whose it is, and in which division it lies.

    Both are None of a site that nobody registered.
    """

    site: str
    organisation: str | None = None
    division: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the network; each field that is said narrows it, and one that says nothing is all.

    A `carrier` sees what it carries besides what the other fields give it.
    """

    site: str | None = None
    organisation: str | None = None
    division: str | None = None
    """As many digits as count: a province has two, a city four, a county six."""
    carrier: str | None = None
    follows: bool = False
    """Whether it sees a battery on the road as long as it came from one of its sites."""

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self.site is self.organisation is self.division is None

    def covers(self, place: Place) -> bool:
        """Tell whether a site is within it."""
        return (
            self.site in (None, place.site)
            and self.organisation in (None, place.organisation)
            and (self.division is None or (place.division or "").startswith(self.division))
        )


EVERYTHING = Scope()


def prefix(division: str) -> str:
    """Return the digits of a division that count: 330000 is 33, 330100 is 3301, 330106 is itself.

    Source: GB/T 2260, where a pair of zeros at the end stands for the whole of the level above.
    """
    while len(division) > 2 and division.endswith("00"):
        division = division[:-2]
    return division
