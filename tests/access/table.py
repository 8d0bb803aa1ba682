"""Who may ask which route, by role and by what they ask of? One row for each."""

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, Literal

from custody.keys import ROLES, Role
from tests.access.world import DETAILS, event, events, query
from tests.api.movements import drop_off

Reach = Literal[
    "open", "role", "unknown", "site", "battery sent", "consignment", "named", "own site"
]  # fmt: skip
"""What decides once the role may: nothing, whose site it is; or who carries it besides. `named`: a
list, of which a terminal has to name its own site. `own site`: only one that is bound to a site.
`unknown`: nothing, and there is nothing of the name."""

OF_NO_SITE: set[Reach] = {"open", "role", "unknown"}


@dataclass(frozen=True)
class Row:
    """A route, as it is asked of a site, and the roles that may ask it somewhere."""

    method: str
    route: str
    roles: set[Role]
    reach: Reach
    path: str = ""
    """With {site} and the names of what stands there; by default the route itself."""
    body: Any = None
    otherwise: int = 200
    """What they are answered who may, where the row asks for a thing that is not there."""


ALL = set(ROLES)
WATCHING: set[Role] = {"admin", "auditor", "integrator"}
SITE = ALL - {"carrier"}
ON_SITE: set[Role] = {"terminal", "operator"}
POSTING: set[Role] = {"terminal", "operator", "carrier"}
RECEIVER = {"url": "https://receiver.invalid/hook"}
AREA: set[Role] = WATCHING | {"operator", "authority"}
NAMED = ("epcs", "bizSteps", "bizLocations", "readPoints", "dispositions", "eventTypes")
DISCOVERED = (
    "", "/", "/capture", "/capture/{capture}", "/events", "/events/{event:path}", "/queries",
    "/queries/{name}", "/queries/{name}/events", "/queries/{name}/subscriptions",
    "/queries/{name}/subscriptions/{subscription}", *(f"/{name}" for name in NAMED),
    *(f"/{name}/{{member:path}}" for name in NAMED),
    *(f"/{name}/{{member:path}}/events" for name in NAMED), "/nextPageToken/{token}",
)  # fmt: skip
TOKEN = urlsafe_b64encode(b'["of a list",0,0,[0,0],null]').decode().rstrip("=")
TO_QUERY = {"dest": "https://receiver.example/", "stream": True}
NOT_THERE = "0" * 32
MATRIX = [
    Row("GET", "/healthz", ALL, "open"),
    Row("GET", "/readyz", ALL, "open"),
    # The log is for strangers too: see api/log.py.
    Row("GET", "/log/checkpoint", ALL, "open"),
    Row("GET", "/log/tile/{path:path}", ALL, "open", "/log/tile/0/000.p/1"),
    Row("GET", "/log/proof/inclusion", ALL, "open", "/log/proof/inclusion?index=0"),
    Row("GET", "/log/proof/consistency", ALL, "open", "/log/proof/consistency?old=0&new=1"),
    Row("GET", "/log/vkeys", ALL, "open"),
    Row("GET", "/log/policy", ALL, "open"),
    Row("GET", "/openapi.json", ALL, "role"),
    Row("GET", "/asyncapi.json", ALL, "role"),
    Row("GET", "/docs", ALL, "role"),
    Row("GET", "/docs/{file}", ALL, "role", "/docs/page.js"),
    Row("GET", "/", ALL, "open", otherwise=307),
    Row("GET", "/metrics", WATCHING, "role"),
    Row("GET", "/v1/me", ALL, "role"),
    Row("POST", "/v1/movements", POSTING, "site", body=drop_off),
    Row("GET", "/v1/movements/{id}", ALL, "site", "/v1/movements/{movement}"),
    Row("GET", "/v1/batteries", ALL, "site", "/v1/batteries?site={site}"),
    Row("GET", "/v1/batteries/{ref:path}", ALL, "site", "/v1/batteries/{kept}"),
    Row("GET", "/v1/batteries/{ref:path}/history", ALL, "site", "/v1/batteries/{kept}/history"),
    Row("GET", "/v1/batteries/{ref:path}/evidence", ALL, "site", "/v1/batteries/{kept}/evidence"),
    Row("GET", "/v1/batteries/{ref:path}", ALL, "battery sent", "/v1/batteries/{sent}"),
    Row("GET", "/v1/sites/{site}/inventory", SITE, "site"),
    Row("GET", "/v1/sites/{site}/expected", SITE, "site"),
    Row("GET", "/v1/sites/{site}/ledger", SITE, "site"),
    Row("GET", "/v1/sites/{site}/ledger", SITE, "site", "/v1/sites/{site}/ledger?format=csv"),
    Row("GET", "/v1/sites/{site}/materials", SITE, "site"),
    Row("GET", "/v1/sites/{site}/stock-takes", SITE, "site"),
    Row(
        "GET", "/v1/sites/{site}/stock-takes/{take:path}", SITE, "site",
        "/v1/sites/{site}/stock-takes/A/{number}",
    ),
    Row("GET", "/v1/inventory", AREA, "role", "/v1/inventory?level=county"),
    Row("GET", "/v1/consignments", ALL, "site", "/v1/consignments?from_site={site}"),
    Row(
        "GET", "/v1/consignments/{no:path}", ALL, "consignment", "/v1/consignments/{consignment}"
    ),
    Row("GET", "/v1/orders", SITE, "site", "/v1/orders?site={site}"),
    Row("GET", "/v1/orders/{order:path}", SITE, "site", "/v1/orders/{order}"),
    Row(
        "PUT", "/v1/number-books/{id}", ON_SITE | {"admin"}, "site", "/v1/number-books/{new}",
        body=lambda site: {"kind": "tags", "site": site, "count": 1},
    ),
    Row("GET", "/v1/number-books", SITE, "site", "/v1/number-books?site={site}"),
    Row("GET", "/v1/facts", AREA - {"operator"}, "role"),
    Row("GET", "/v1/facts/stream", AREA - {"operator"}, "role", "/v1/facts/stream?until=0"),
    Row("POST", "/v1/subscriptions", WATCHING | {"authority"}, "role", body=RECEIVER),
    Row("GET", "/v1/subscriptions", WATCHING | {"authority"}, "role"),
    *(
        Row(method, f"/v1/subscriptions/{{subscription}}{act}", WATCHING | {"authority"}, "role",
            body=body)
        for method, act, body in [
            ("GET", "", None), ("DELETE", "", None), ("POST", "/pause", None),
            ("POST", "/resume", None), ("POST", "/replay", {"after": 0}),
            ("GET", "/dead-letters", None), ("POST", "/secret", None), ("POST", "/test", None),
        ]
    ),
    Row("POST", "/v1/exports", AREA - {"operator"}, "role", body={"format": "csv"}),
    # Of all books it takes longest to make, and whose site it is was decided before: so, one book.
    Row("POST", "/v1/exports", SITE, "site",
        body=lambda site: {"format": "xlsx", "site": site, "book": "incidents"}),
    Row("GET", "/v1/exports", SITE, "role"),
    Row("GET", "/v1/exports/{id}", SITE, "role", f"/v1/exports/{NOT_THERE}", otherwise=404),
    Row("DELETE", "/v1/exports/{id}", SITE, "role", f"/v1/exports/{NOT_THERE}", otherwise=404),
    # Whoever has a link needs no key; without one, nobody gets anything.
    Row("GET", "/v1/exports/{id}/file", ALL, "open",
        f"/v1/exports/{NOT_THERE}/file?expires=0&signature=x", otherwise=403),
    Row("POST", "/v1/depositors", ON_SITE, "role", body={"phone": "13800138000"}),
    Row("PUT", "/v1/depositors/{depositor:path}", ON_SITE, "own site", "/v1/depositors/{put}",
        body=DETAILS),
    Row("GET", "/v1/depositors/{depositor:path}", ON_SITE | {"auditor"}, "site",
        "/v1/depositors/{depositor}"),
    Row("GET", "/v1/access-log", {"admin"}, "role"),
    Row("PUT", "/v1/organisations/{uscc}", {"admin"}, "role", "/v1/organisations/{owner}", body={}),
    Row("PUT", "/v1/sites/{site}", {"admin"}, "role", body={}),
    Row("PUT", "/v1/terminals/{terminal}", {"admin"}, "role", "/v1/terminals/T-{site}", body={}),
    Row("PUT", "/v1/routes/{from_kind}/{to_kind}", {"admin"}, "role",
        "/v1/routes/recycler/recycler", body={}),
    Row("GET", "/v1/organisations", ALL - {"terminal"}, "role"),
    Row("GET", "/v1/organisations/{uscc}", ALL - {"terminal"}, "own site",
        "/v1/organisations/{owner}"),
    Row("GET", "/v1/sites", ALL - {"terminal"}, "role"),
    Row("GET", "/v1/sites/{site}", ALL, "site"),
    Row("GET", "/v1/terminals", ALL - {"terminal"}, "role"),
    Row("GET", "/v1/terminals/{terminal}", ALL - {"terminal"}, "site", "/v1/terminals/T-{site}"),
    Row("GET", "/v1/routes", ALL - {"terminal"}, "role"),
    # Of events each is shown their own, which tests/exchange looks at: here, who may ask at all.
    Row("GET", "/epcis/context.jsonld", ALL, "open"),
    Row("POST", "/epcis/capture", POSTING, "role", body=events),
    Row("GET", "/epcis/capture", POSTING, "role"),
    Row("GET", "/epcis/capture/{capture}", POSTING, "unknown", "/epcis/capture/none"),
    Row("POST", "/epcis/events", POSTING, "role", body=event),
    Row("GET", "/epcis/events", ALL, "role"),
    Row("GET", "/epcis/events/{event:path}", ALL, "unknown", "/epcis/events/urn:none"),
    *(Row("GET", path, ALL, "role") for path in ("/epcis", "/epcis/")),
    *(Row("GET", f"/epcis/{name}", ALL, "role") for name in NAMED),
    *(Row("GET", f"/epcis/{name}/{{member:path}}", ALL, "unknown", f"/epcis/{name}/urn:none")
      for name in NAMED),
    *(Row("GET", f"/epcis/{name}/{{member:path}}/events", ALL, "unknown",
          f"/epcis/{name}/urn:none/events") for name in NAMED),
    Row("GET", "/epcis/queries", ALL, "role"),
    Row("POST", "/epcis/queries", ALL, "role", body=query),
    Row("GET", "/epcis/queries/{name}", ALL, "unknown", "/epcis/queries/none"),
    Row("DELETE", "/epcis/queries/{name}", ALL, "unknown", "/epcis/queries/none"),
    Row("GET", "/epcis/queries/{name}/events", ALL, "unknown", "/epcis/queries/none/events"),
    Row("DELETE", "/epcis/nextPageToken/{token}", ALL, "role", f"/epcis/nextPageToken/{TOKEN}"),
    *(Row(method, f"/epcis/queries/{{name}}/subscriptions{one}", WATCHING | {"authority"},
          "unknown", f"/epcis/queries/none/subscriptions{one.format(subscription='none')}",
          body=TO_QUERY if method == "POST" else None)
      for method, one in [("GET", ""), ("POST", ""), ("GET", "/{subscription}"),
                          ("DELETE", "/{subscription}")]),
    *(Row("OPTIONS", f"/epcis{path}", ALL, "role", re.sub("{.*?}", "x", f"/epcis{path}"))
      for path in DISCOVERED),
]  # fmt: skip
