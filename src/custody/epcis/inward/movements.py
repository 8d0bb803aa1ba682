"""Which fields of which movement does an event fill?"""

from collections.abc import Callable, Iterator

from custody.epcis import own_names
from custody.epcis.event import Event, Id
from custody.epcis.inward import hearing
from custody.epcis.inward.hearing import Body, Sites
from custody.epcis.outward.stock import VERDICTS

FOUND = {now: verdict for verdict, now in VERDICTS.items()}
"""The disposition that says it → what an inspection found."""


def type_of(event: Event, own: Body) -> str | None:
    """Say which movement an event is: by our own word, or by its step and disposition."""
    if isinstance(own.get("type"), str):
        return str(own["type"])
    step, now = event.biz_step, event.disposition
    if event.type == "TransformationEvent":
        return {"disassembling": "dismantle", "creating_class_instance": "recover"}.get(step or "")
    if event.type != "ObjectEvent":
        return None
    if step in {"stock_taking", "cycle_counting"}:
        return "incident" if now in {"stolen", "unknown"} else "stock_take"
    if step == "inspecting":
        return "inspect" if now in FOUND else None
    if step == "holding":
        return "hold" if now == "unavailable" else None
    if step in {"destroying", "decommissioning"}:
        return "dispose" if event.action == "DELETE" else None
    if step == "commissioning":
        return "tag" if event.action == "ADD" else None
    return {
        "collecting": "drop_off",
        "storing": "store",
        "shipping": "dispatch",
        "consigning": "dispatch",
        "receiving": "receive",
        "accepting": "receive",
    }.get(step or "")


def _drop_off(event: Event, own: Body, sites: Sites) -> Iterator[Body]:
    described = hearing.described(own)
    order = hearing.paper(event, "order")
    for ref in hearing.batteries(event, "epcList"):
        yield hearing.filled(battery={**described, "code": ref}, order=order)


def _tag(event: Event, own: Body, sites: Sites) -> Iterator[Body]:
    described = hearing.own_words(event.ilmd)
    older = described.pop("same_as", None)
    same_as = None if older is None else hearing.battery(hearing.text(older))
    for ref in hearing.batteries(event, "epcList"):
        yield hearing.filled(battery={**described, "code": ref}, same_as=same_as)


def _store(event: Event, own: Body, sites: Sites) -> Iterator[Body]:
    refs = hearing.batteries(event, "epcList")
    place = event.biz_location or event.read_point
    assert place is not None  # it told the site
    yield {"batteries": refs, **hearing.measured(event), **_place(place)}


def _place(location: Id) -> Body:
    """Name a place within a site: in our own way, or by the extension of its number."""
    own = own_names.parts(location.uri, "place")
    if own is not None:
        return {"place": own[-1]}
    _, extended, extension = location.canonical.partition("/254/")
    return {"place": extension} if extended else {}


def _inspect(event: Event, own: Body, sites: Sites) -> Iterator[Body]:
    for ref in hearing.batteries(event, "epcList"):
        verdict = FOUND.get(event.disposition or "")
        yield hearing.filled(battery=ref, verdict=verdict, **hearing.measured(event))


def _grade(event: Event, own: Body, sites: Sites) -> Iterator[Body]:
    for ref in hearing.batteries(event, "epcList"):
        yield {"battery": ref, **hearing.measured(event)}


def _dispatch(event: Event, own: Body, sites: Sites) -> Iterator[Body]:
    ends = (one for one in event.destinations if one.type == "location")
    to = next((hearing.site(Id(one.uri, one.canonical), sites) for one in ends), None)
    back = [one for one in event.transactions if one.type == "rma"]
    returns = own_names.one(back[0].uri, "consignment") if back else None
    yield hearing.filled(
        consignment=hearing.consignment(event, "desadv", "bol"),
        batteries=hearing.batteries(event, "epcList"),
        to_site=to,
        returns=returns,
    )


def _hand_on(event: Event, own: Body, sites: Sites) -> Iterator[Body]:
    named = (own_names.one(one.uri, "consignment") for one in event.epcs)
    from_ = (own_names.one(one.uri, "carrier") for one in event.sources)
    to = (own_names.one(one.uri, "carrier") for one in event.destinations)
    yield hearing.filled(
        consignment=next(named, None), from_carrier=next(from_, None), to_carrier=next(to, None)
    )


def _receive(event: Event, own: Body, sites: Sites) -> Iterator[Body]:
    extra = hearing.refs(hearing.texts(own, "extra"))
    missing = hearing.refs(hearing.texts(own, "missing"))
    rejected = [
        {**one, "battery": hearing.battery(hearing.text(one["battery"]))}
        for one in hearing.objects(own, "rejected", "battery")
    ]
    taken = hearing.batteries(event, "epcList")
    yield {
        "consignment": hearing.consignment(event, "recadv", "desadv", "bol"),
        "accepted": [ref for ref in taken if ref not in extra],
        **hearing.filled(extra=extra, missing=missing, rejected=rejected),
    }


def _dismantle(event: Event, own: Body, sites: Sites) -> Iterator[Body]:
    children = hearing.batteries(event, "outputEPCList")
    outputs = hearing.amounts(event, "outputQuantityList", "fraction", "fraction")
    packs = hearing.batteries(event, "inputEPCList")
    if len(packs) == 1:  # of several, nobody can say which part came out of which
        yield {"battery": packs[0], "outputs": outputs, **hearing.filled(children=children)}


def _recover(event: Event, own: Body, sites: Sites) -> Iterator[Body]:
    outputs = hearing.amounts(event, "outputQuantityList", "material", "material")
    assays = {
        str(one["output"]): one["assay_pct"]
        for one in hearing.objects(own, "assays", "output", "assay_pct")
    }
    for at, output in enumerate(outputs):
        output.update(hearing.filled(assay_pct=assays.get(str(at))))
    inputs = hearing.amounts(event, "inputQuantityList", "fraction", "fraction")
    packs = hearing.batteries(event, "inputEPCList")
    yield {"outputs": outputs, **hearing.filled(inputs=inputs, batteries=packs)}


def _second_life(event: Event, own: Body, sites: Sites) -> Iterator[Body]:
    packs = hearing.batteries(event, "inputEPCList") or hearing.batteries(event, "epcList")
    new = [*hearing.batteries(event, "outputEPCList"), None]
    yield hearing.filled(battery=(*packs, None)[0], new_code=new[0])


def _dispose(event: Event, own: Body, sites: Sites) -> Iterator[Body]:
    yield hearing.filled(
        batteries=hearing.batteries(event, "epcList"),
        fractions=hearing.amounts(event, "quantityList", "fraction", "fraction"),
        certificate=hearing.paper(event, "certificate"),
    )


def _stock_take(event: Event, own: Body, sites: Sites) -> Iterator[Body]:
    frozen_at = own.get("frozen_at", event.json["eventTime"])
    yield {"counted": hearing.batteries(event, "epcList"), "frozen_at": frozen_at}


def _incident(event: Event, own: Body, sites: Sites) -> Iterator[Body]:
    kind = own.get("kind") or {"stolen": "theft", "unknown": "loss"}.get(event.disposition or "")
    refs = hearing.batteries(event, "epcList")
    yield hearing.filled(kind=kind, batteries=refs, case=hearing.paper(event, "case"))


def _hold(event: Event, own: Body, sites: Sites) -> Iterator[Body]:
    refs = hearing.batteries(event, "epcList")
    yield hearing.filled(batteries=refs, case=hearing.paper(event, "case"))


FILLED: dict[str, Callable[[Event, Body, Sites], Iterator[Body]]] = {
    "drop_off": _drop_off,
    "tag": _tag,
    "store": _store,
    "inspect": _inspect,
    "grade": _grade,
    "dispatch": _dispatch,
    "hand_on": _hand_on,
    "receive": _receive,
    "dismantle": _dismantle,
    "recover": _recover,
    "second_life": _second_life,
    "dispose": _dispose,
    "stock_take": _stock_take,
    "incident": _incident,
    "hold": _hold,
    "release_hold": _hold,
}
"""Type of a movement → the fields that the standard's own fill; our own words come beside."""
