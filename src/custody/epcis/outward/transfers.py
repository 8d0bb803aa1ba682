"""How are both halves of a handover told, so that whoever has both can join them?"""

from custody.epcis import own_names
from custody.epcis.outward import saying
from custody.epcis.outward.beside import Beside
from custody.epcis.outward.saying import Said
from custody.events import Dispatched, HandedOn, Received

REJECTED = {"damaged": "damaged", "leaking": "damaged", "wrong_item": "mismatch_class"}
"""Why a battery was turned away → the disposition that says it; all else does not conform."""


def dispatch(fact: Dispatched, beside: Beside) -> list[Said]:
    """A consignment leaves: where its batteries are from then on, nobody says."""
    said = saying.begin("ObjectEvent", fact, "OBSERVE", "shipping", "in_transit")
    said["epcList"] = saying.batteries(fact.batteries)
    said["bizTransactionList"] = [saying.paper("desadv", consignment(fact.consignment))]
    if fact.returns is not None:
        said["bizTransactionList"].append(saying.paper("rma", consignment(fact.returns)))
    said |= saying.parties(fact, fact.site, fact.to_site, beside)
    return [said | saying.ours(fact, "consignment", "returns", "batteries", "to_site")]


def hand_on(fact: HandedOn, beside: Beside) -> list[Said]:
    """A consignment changes carriers; its batteries are not named, so it stands for them."""
    said = saying.begin("ObjectEvent", fact, "OBSERVE", "transporting", "in_transit")
    said["epcList"] = [consignment(fact.consignment)]
    said["bizTransactionList"] = _other_half(fact.consignment, beside)
    from_, to = (own_names.written("carrier", one) for one in (fact.from_carrier, fact.to_carrier))
    said["sourceList"] = [{"type": "possessing_party", "source": from_}]
    said["destinationList"] = [{"type": "possessing_party", "destination": to}]
    if not said["bizTransactionList"]:
        del said["bizTransactionList"]
    return [said | saying.ours(fact, "consignment", "from_carrier", "to_carrier")]


def receive(fact: Received, beside: Beside) -> list[Said]:
    """The receiver counted: what it took, and beside it whatever was otherwise than announced."""
    said = saying.begin("ObjectEvent", fact, "OBSERVE", "receiving", "in_progress")
    taken = [*fact.accepted, *fact.extra]
    said["epcList"] = saying.batteries(taken) or [consignment(fact.consignment)]
    said["bizLocation"] = said["readPoint"]
    halves = _other_half(fact.consignment, beside)
    paper = saying.paper("recadv", consignment(fact.consignment))
    said["bizTransactionList"] = [*halves, paper]
    said |= saying.parties(fact, _sender(fact, beside), fact.site, beside)
    described = saying.ours(fact, "consignment", "accepted", "rejected", "missing", "extra")
    for name, refs in (("missing", fact.missing), ("extra", fact.extra)):
        if refs:
            described[saying.own(name)] = saying.batteries(refs)
    if fact.rejected:
        described[saying.own("rejected")] = [
            saying.prefixed({"battery": own_names.of_battery(one.battery), "reason": one.reason})
            for one in fact.rejected
        ]
    return [said | described, *_otherwise(fact, halves)]


def consignment(no: str) -> str:
    """Write the number of a consignment."""
    return own_names.written("consignment", no)


def _otherwise(fact: Received, halves: list[Said]) -> list[Said]:
    """Tell what was short, over or turned away: each in an event of its own, as CBV wants it."""
    groups = {"missing": ("mismatch_instance", [*fact.missing])}
    groups["extra"] = ("mismatch_instance", [*fact.extra])
    for one in fact.rejected:
        now = REJECTED.get(one.reason, "non_conformant")
        groups.setdefault(f"rejected/{one.reason}", (now, []))[1].append(one.battery)
    events = []
    for part, (now, refs) in groups.items():
        if not refs:
            continue
        said = saying.begin("ObjectEvent", fact, "OBSERVE", "inspecting", now)
        said["eventID"] = saying.event_id(fact.id, part)
        said["epcList"] = saying.batteries(refs)
        if halves:
            said["bizTransactionList"] = halves
        said[saying.own("part_of")] = saying.event_id(fact.id)
        events.append(said)
    return events


def _other_half(no: str, beside: Beside) -> list[Said]:
    sent = beside.dispatch(no)
    return [] if sent is None else [saying.paper("upevt", saying.event_id(sent))]


def _sender(fact: Received, beside: Beside) -> str | None:
    sent = beside.dispatch(fact.consignment)
    found = None if sent is None else beside.movement(sent)
    return None if found is None else found.site
