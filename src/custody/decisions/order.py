"""预约: an order is placed or comes a step further. Is it its turn, and what came of it?"""

from collections.abc import Iterator

from custody.decisions.advice import Advice, Remark
from custody.events import DroppedOff, OrderAdvanced
from custody.state.books import Books
from custody.terms import Millis

FOLLOWS: dict[str | None, frozenset[str]] = {
    None: frozenset({"ordered"}),
    "ordered": frozenset({"scheduled", "cancelled"}),
    "scheduled": frozenset({"scheduled", "collected", "failed", "cancelled"}),
    "failed": frozenset({"scheduled", "cancelled"}),
    "collected": frozenset(),
    "cancelled": frozenset(),
}
"""After which step comes which: a failed collection may be scheduled again."""

OVER_THE_COUNTER = "trade_in"
"""The service for which nobody is sent: what is ordered may be collected at once."""

OUT_OF_TURN = Advice(
    "step_out_of_turn",
    "low",
    "预约单 {order} 的步骤“{step}”不应紧接在“{before}”之后：其间的步骤可能尚未上报。",
    "Order {order}: {step} does not follow {before}; what lies between may not be reported yet.",
)
SERVICE_DIFFERS = Advice(
    "service_differs",
    "medium",
    "预约单 {order} 的服务方式为 {ordered}，而此处为 {service}。",
    "Order {order} was placed for {ordered}; here it is {service}.",
)
NO_SALES_REFERENCE = Advice(
    "sales_reference_missing",
    "low",
    "换新订单 {order} 未注明销售单号，无法与销售记录关联。",
    "Trade-in order {order} names no sale, and cannot be linked to one.",
)
ORDER_UNKNOWN = Advice(
    "order_unknown",
    "low",
    "账面上没有预约单 {order}：它可能尚未上报。",
    "Nothing is known of order {order}: it may not have been reported yet.",
)
ORDER_CANCELLED = Advice(
    "order_cancelled",
    "medium",
    "预约单 {order} 此前已取消。",
    "Order {order} had been cancelled.",
)
ORDER_OF_ANOTHER_SITE = Advice(
    "order_of_another_site",
    "medium",
    "预约单 {order} 由站点 {site} 办理，而不是本站点。",
    "Order {order} is with site {site}, not with this one.",
)
ORDER_OF_ANOTHER_CHANNEL = Advice(
    "order_of_another_channel",
    "low",
    "预约单 {order} 的服务方式为 {service}，而交售渠道为 {channel}。",
    "Order {order} was placed for {service}; the drop-off came by {channel}.",
)


def decide(fact: OrderAdvanced, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on a step out of turn, on another service, and on a trade-in of no sale."""
    no, subject = fact.order_reference, f"order:{fact.order_reference}"
    taken = books.order(no).before(fact)
    before = taken[-1].step if taken else None
    follows = FOLLOWS[before]
    at_once = before == "ordered" and fact.service == OVER_THE_COUNTER
    if fact.step not in follows and not (at_once and fact.step == "collected"):
        yield OUT_OF_TURN(subject, order=no, step=fact.step, before=before or "-")
    if taken and taken[-1].service != fact.service:
        yield SERVICE_DIFFERS(subject, order=no, ordered=taken[-1].service, service=fact.service)
    if (fact.service, fact.step) == ("trade_in", "ordered") and fact.sales_reference is None:
        yield NO_SALES_REFERENCE(subject, order=no)


def of_drop_off(fact: DroppedOff, books: Books) -> Iterator[Remark]:
    """Remark on a drop-off under an order that is unknown, cancelled, or somebody else's."""
    no = fact.order_reference
    if no is None:
        return
    subject, order = f"order:{no}", books.order(no)
    known = order.before(fact) or order.steps
    if not known:
        yield ORDER_UNKNOWN(subject, order=no)
        return
    last = known[-1]
    if last.step == "cancelled" and last.order < fact.order:
        yield ORDER_CANCELLED(subject, order=no)
    if last.site != fact.site:
        yield ORDER_OF_ANOTHER_SITE(subject, order=no, site=last.site)
    if last.service != fact.channel:
        yield ORDER_OF_ANOTHER_CHANNEL(
            subject, order=no, service=last.service, channel=fact.channel
        )
