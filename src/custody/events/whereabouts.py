"""What do we believe of one battery, and how does handling it change that?"""

from typing import TypedDict

from custody.events.vocabulary import ENDED, Chemistry, Condition, State, StorageClass
from custody.terms import Millis


class Whereabouts(TypedDict):
    """One battery as the facts so far describe it."""

    state: State | None
    """None until a fact says something of it."""
    site: str | None
    """Where it is; None on the road. After its end: where it ended."""
    place: str | None
    custodian: str | None
    """Who answers for it: `site:…` or `carrier:…`."""
    consignment: str | None
    consignor: str | None
    """The site that sent its last consignment: it answers for what never arrived."""
    since: Millis
    """Since when it has been in this state at this site."""
    condition: tuple[Condition, ...]
    storage_class: StorageClass | None
    grade: str | None
    chemistry: Chemistry
    mass_g: int | None
    must_treat: bool
    """Somebody found it unsafe to pack, and nobody has made it safe since."""
    holds: tuple[str, ...]
    """The cases for which an authority holds it, in the order they began."""


UNKNOWN: Whereabouts = {
    "state": None,
    "site": None,
    "place": None,
    "custodian": None,
    "consignment": None,
    "consignor": None,
    "since": 0,
    "condition": (),
    "storage_class": None,
    "grade": None,
    "chemistry": "unknown",
    "mass_g": None,
    "must_treat": False,
    "holds": (),
}


def has_ended(battery: Whereabouts) -> bool:
    """Tell whether the battery is no more: what is scanned later changes neither state nor site."""
    return battery["state"] in ENDED


def handled(battery: Whereabouts, site: str, at: Millis) -> Whereabouts:
    """Put the battery into the stock of the site that handles it, whatever was believed before."""
    if battery["state"] == "in_stock" and battery["site"] == site:
        return battery
    return {
        **battery,
        "state": "in_stock",
        "site": site,
        "place": None,
        "custodian": f"site:{site}",
        "consignment": None,
        "consignor": None,
        "since": at,
    }


def on_the_road(
    battery: Whereabouts, consignment: str, carrier: str | None, consignor: str | None, at: Millis
) -> Whereabouts:
    """Give the battery into a carrier's hands."""
    return {
        **battery,
        "state": "in_transit",
        "site": None,
        "place": None,
        "custodian": carrier and f"carrier:{carrier}",
        "consignment": consignment,
        "consignor": consignor,
        "since": at,
    }
