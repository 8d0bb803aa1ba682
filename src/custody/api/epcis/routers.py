"""Which routes speak EPCIS?"""

from custody.api.epcis import capture, context, events, names, queries, subscriptions, tokens

ROUTERS = (
    context.open_to_all,
    capture.routes,
    subscriptions.routes,
    queries.routes,
    events.routes,
    names.routes,
    tokens.routes,
)
