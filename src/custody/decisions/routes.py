"""May batteries go from a site of this kind to one of that kind?

The usual routes are those of the chain 回收—中转—分拣—利用. A route that is registered overrules
them while it lasts, everywhere or in one province, city or county: integrated haulage, say.
"""

from collections.abc import Iterator

from custody.decisions.advice import Advice, Remark
from custody.decisions.returning import RETURN_WITHIN, is_rejected_return
from custody.events import Dispatched, SiteRegistered
from custody.events.vocabulary import SiteKind
from custody.state.books import Books
from custody.terms import HOUR

USUAL: frozenset[tuple[SiteKind, SiteKind]] = frozenset(
    {
        ("collection_point", "transfer_station"),
        ("transfer_station", "sorting_centre"),
        ("sorting_centre", "dismantling_base"),
        ("sorting_centre", "second_life_plant"),
        ("sorting_centre", "recycler"),
        ("dismantling_base", "recycler"),
        ("recycler", "disposal_site"),
    }
)

TIERS: dict[SiteKind, int] = {
    "collection_point": 1,
    "transfer_station": 2,
    "sorting_centre": 3,
    "dismantling_base": 4,
    "second_life_plant": 4,
    "recycler": 4,
    "disposal_site": 4,
}
"""A site outside the network has no tier."""

LAST: frozenset[SiteKind] = frozenset({"recycler", "disposal_site"})
"""From here no battery goes anywhere as a battery."""

_HOURS = RETURN_WITHIN // HOUR
_ROUTE = "{from_site}（{from_kind}）→ {to_site}（{to_kind}）"
_ROUTE_EN = "{from_site} ({from_kind}) to {to_site} ({to_kind})"

SKIPPED_TIER = Advice(
    "skipped_tier",
    "medium",
    f"越级流转：{_ROUTE}，该地区没有直运许可。",
    f"A tier is skipped: {_ROUTE_EN}, without a permit for direct haulage there.",
)
BACKFLOW = Advice(
    "backflow",
    "high",
    f"倒流：{_ROUTE}；只有 {_HOURS} 小时内的拒收退回可以逆向流转。",
    f"Against the stream: {_ROUTE_EN}. Only what was rejected may, within {_HOURS} hours.",
)
NOT_PERMITTED = Advice(
    "route_not_permitted",
    "medium",
    f"该路线未获准：{_ROUTE}。",
    f"This route is not open: {_ROUTE_EN}.",
)
RECIPIENT_EXTERNAL = Advice(
    "recipient_external",
    "critical",
    f"电池流出网络：{_ROUTE}。",
    f"Batteries leave the network: {_ROUTE_EN}.",
)


def remarks(fact: Dispatched, books: Books) -> Iterator[Remark]:
    """Remark on a way that is not open, as the registry stood when the consignment left.

    What a site outside the network does is not ours to judge.
    """
    sender = books.registry.site(fact.site, fact.at)
    recipient = books.registry.site(fact.to_site, fact.at)
    if sender is None or recipient is None or sender.kind == "external":
        return
    registered = books.registry.route(sender.kind, recipient.kind, sender.division, fact.at)
    is_open = _is_usual(sender, recipient) if registered is None else registered.allowed
    if is_open or is_rejected_return(fact, books):
        return
    yield _kind(sender.kind, recipient.kind)(
        f"site:{fact.to_site}",
        from_site=fact.site,
        from_kind=sender.kind,
        to_site=fact.to_site,
        to_kind=recipient.kind,
    )


def _is_usual(sender: SiteRegistered, recipient: SiteRegistered) -> bool:
    if (sender.kind, recipient.kind) in USUAL:
        return True
    points = sender.kind == recipient.kind == "collection_point"
    return points and sender.organisation == recipient.organisation  # gathered for one truck


def _kind(sender: SiteKind, recipient: SiteKind) -> Advice:
    if recipient == "external":
        return RECIPIENT_EXTERNAL
    up = TIERS[recipient] - TIERS[sender]
    if up < 0 or sender in LAST:
        return BACKFLOW
    return SKIPPED_TIER if up > 1 else NOT_PERMITTED
