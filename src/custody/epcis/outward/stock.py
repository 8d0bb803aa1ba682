"""How is told what happens to batteries at a site: taken in, tagged, stored, measured, counted?"""

from custody.epcis import own_names
from custody.epcis.outward import saying
from custody.epcis.outward.beside import Beside
from custody.epcis.outward.saying import Said
from custody.events import (
    DroppedOff,
    Graded,
    HoldPlaced,
    HoldReleased,
    IncidentReported,
    Inspected,
    StockTaken,
    Stored,
    Tagged,
)

VERDICTS = {"pass": "conformant", "treat": "non_conformant", "scrap": "damaged"}
"""What an inspection found → the disposition that says it."""


def drop_off(fact: DroppedOff, beside: Beside) -> list[Said]:
    """A battery enters the network: whoever brought it is not named."""
    said = saying.begin("ObjectEvent", fact, "OBSERVE", "collecting", "returned")
    said |= {"epcList": saying.batteries([fact.battery.code]), "bizLocation": said["readPoint"]}
    if fact.order_reference is not None:
        order = own_names.written("order", fact.order_reference)
        said["bizTransactionList"] = [saying.paper(None, order)]
    said |= saying.parties(fact, None, fact.site, beside)
    described = saying.ours(fact, "order")
    del described[saying.own("battery")][saying.own("code")]
    return [said | described]


def tag(fact: Tagged, beside: Beside) -> list[Said]:
    """A pack gets a code of ours: it begins here, and its older code is said beside."""
    said = saying.begin("ObjectEvent", fact, "ADD", "commissioning", "active")
    said |= {"epcList": saying.batteries([fact.battery.code]), "bizLocation": said["readPoint"]}
    described = saying.ours(fact, "same_as")
    battery = described.pop(saying.own("battery"))
    del battery[saying.own("code")]
    said["ilmd"] = battery
    if fact.same_as is not None:
        said["ilmd"][saying.own("same_as")] = own_names.of_battery(fact.same_as)
    if not said["ilmd"]:
        del said["ilmd"]
    return [said | described]


def store(fact: Stored, beside: Beside) -> list[Said]:
    """Batteries are put into a place."""
    said = saying.begin("ObjectEvent", fact, "OBSERVE", "storing", "in_progress")
    place = own_names.written("place", fact.site, fact.place)
    said |= {"epcList": saying.batteries(fact.batteries), "bizLocation": {"id": place}}
    said |= saying.measured(fact)
    return [said | saying.ours(fact, "batteries", "place", *saying.UNITS)]


def inspect(fact: Inspected, beside: Beside) -> list[Said]:
    """A battery was looked at and measured."""
    now = VERDICTS[fact.verdict]
    said = saying.begin("ObjectEvent", fact, "OBSERVE", "inspecting", now)
    said |= {"epcList": saying.batteries([fact.battery]), "bizLocation": said["readPoint"]}
    said |= saying.measured(fact)
    return [said | saying.ours(fact, "battery", "verdict", *saying.UNITS)]


def grade(fact: Graded, beside: Beside) -> list[Said]:
    """It was said what a battery is good for."""
    said = saying.begin("ObjectEvent", fact, "OBSERVE", "inspecting", "in_progress")
    said |= {"epcList": saying.batteries([fact.battery]), "bizLocation": said["readPoint"]}
    said |= saying.measured(fact)
    return [said | saying.ours(fact, "battery", *saying.UNITS)]


def stock_take(fact: StockTaken, beside: Beside) -> list[Said]:
    """What stood on the shelf; that nothing did, or that a count began, EPCIS cannot say."""
    if not fact.counted:
        return []
    said = saying.begin("ObjectEvent", fact, "OBSERVE", "stock_taking", "in_progress")
    said |= {"epcList": saying.batteries(fact.counted), "bizLocation": said["readPoint"]}
    return [said | saying.ours(fact, "counted")]


def incident(fact: IncidentReported, beside: Beside) -> list[Said]:
    """An accident, or something lost; one that names no battery EPCIS cannot say."""
    if not fact.batteries:
        return []
    step, now, lasting = {
        "fire": ("holding", "damaged", {"set": ["damaged"]}),
        "leak": ("holding", "damaged", {"set": ["damaged"]}),
        "theft": ("stock_taking", "stolen", {"set": ["stolen"]}),
        "loss": ("stock_taking", "unknown", {"set": ["unknown"]}),
        "found": ("receiving", "in_progress", {"unset": ["stolen", "unknown"]}),
    }[fact.kind]
    said = saying.begin("ObjectEvent", fact, "OBSERVE", step, now)
    said |= {"epcList": saying.batteries(fact.batteries), "persistentDisposition": lasting}
    if fact.kind not in {"theft", "loss"}:
        said["bizLocation"] = said["readPoint"]
    if fact.case is not None:
        said["bizTransactionList"] = [saying.paper(None, own_names.written("case", fact.case))]
    return [said | saying.ours(fact, "batteries", "case")]


def hold(fact: HoldPlaced | HoldReleased, beside: Beside) -> list[Said]:
    """An authority lays its hand on batteries, or takes it off."""
    placed = isinstance(fact, HoldPlaced)
    now = "unavailable" if placed else "in_progress"
    said = saying.begin("ObjectEvent", fact, "OBSERVE", "holding", now)
    said["epcList"] = saying.batteries(fact.batteries)
    said["persistentDisposition"] = {"set" if placed else "unset": ["unavailable"]}
    said["bizTransactionList"] = [saying.paper(None, own_names.written("case", fact.case))]
    return [said | saying.ours(fact, "batteries", "case")]
