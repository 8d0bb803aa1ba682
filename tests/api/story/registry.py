"""Who registers whom, and who asks what is registered?"""

from typing import Any

from tests.api.story.asking import (
    ORGANISATION,
    POINT,
    RECYCLER,
    T1,
    Asked,
    Scene,
    Telling,
    get,
    put,
)


def chapter(_: Scene) -> Telling:
    """Register an organisation, its sites, a terminal and a route; each is told once more."""
    yield get("healthz", "/healthz", by="nobody")
    yield from _registered("organisation", f"organisations/{ORGANISATION}", name="运河回收")
    for site, kind in ((POINT, "collection_point"), (RECYCLER, "recycler")):
        yield from _registered(
            "site", f"sites/{site}", kind=kind, name="运河站", division="330106",
            organisation=ORGANISATION, capacity_g=2_000_000,
        )  # fmt: skip
    yield from _registered("terminal", f"terminals/{T1}", site=POINT)
    yield from _registered("route", "routes/collection_point/recycler", allowed=True)
    yield get("find_organisation", f"/v1/organisations/{ORGANISATION}")
    yield get("find_site", f"/v1/sites/{POINT}")
    yield get("find_terminal", f"/v1/terminals/{T1}")
    yield get("list_organisations", "/v1/organisations")
    yield get("list_sites", "/v1/sites")
    yield get("list_terminals", "/v1/terminals")
    yield get("list_routes", "/v1/routes")
    yield get("who_am_i", "/v1/me", by=POINT)


def _registered(kind: str, path: str, /, **body: Any) -> Telling:
    named = body.get("kind", kind)
    yield _put(kind, path, body, named)
    yield _put(kind, path, body, f"{named}_again")


def _put(kind: str, path: str, body: Any, name: str) -> Asked:
    return put(f"register_{kind}", f"/v1/{path}", body, by="admin", name=name)
