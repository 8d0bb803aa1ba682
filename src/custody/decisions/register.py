"""登记: an organisation, a site, a terminal or a route is registered. Is it new, or as it was?"""

import datetime as dt

from custody import codes
from custody.events import Registration, RouteRegistered, SiteRegistered, TerminalRegistered
from custody.state.registry import Registry
from custody.terms import SHANGHAI, FieldError, Refused

OUTSIDE = "000000"
"""The division of a site that lies in none: abroad, or nobody knows where."""

AT_LAST = dt.date.max
"""A code that stood at any time stands in the tables by then, if only as abolished."""


def decide(fact: Registration, registry: Registry) -> bool:
    """Say whether it is news. Refused is a site of nobody, whatever lies nowhere, a weak key."""
    if isinstance(fact, SiteRegistered):
        if registry.latest_organisation(fact.organisation) is None:
            raise Refused(
                "organisation_unknown",
                FieldError("/organisation", "organisation_unknown", {"uscc": fact.organisation}),
            )
        _lies_somewhere(fact)
    elif isinstance(fact, TerminalRegistered):
        if registry.latest_site(fact.site) is None:
            raise Refused("site_unknown", FieldError("/site", "site_unknown", {"site": fact.site}))
        if fact.public_key is not None:
            _vouches(fact.public_key)
    elif isinstance(fact, RouteRegistered) and fact.division is not None:
        _is_an_area(fact.division)
    return registry.latest(fact.party()) != fact


def _lies_somewhere(site: SiteRegistered) -> None:
    """Refuse a division that never was, and a site that is named after another than its own.

    Abolished and statistical divisions pass: labels and seals bear them for years. A site keeps its
    name when its division is merged into another, or when it joins from outside.
    """
    own = site.site[: len(OUTSIDE)]
    if site.division == own == OUTSIDE and site.kind == "external":
        return
    _existed("/division", site.division)
    if own in (site.division, OUTSIDE):
        return
    on = AT_LAST if site.active_from is None else site.active_from.astimezone(SHANGHAI).date()
    _existed("/site", own)
    if codes.division(own, on).status == "active":
        error = FieldError("/division", "division_differs", {"expected": own})
        raise Refused("invalid_fields", error)


def _vouches(public_key: str) -> None:
    """Refuse a key under which others than its holder could sign."""
    try:
        codes.public_key(public_key)
    except codes.CodeError as error:
        raise _refused("/public_key", error) from error


def _existed(pointer: str, code: str) -> None:
    try:
        codes.division(code, AT_LAST)
    except codes.CodeError as error:
        raise _refused(pointer, error) from error


def _is_an_area(prefix: str) -> None:
    """Refuse an area that is no province, city or county."""
    check = {2: codes.province_name, 4: codes.city_name}.get(len(prefix))
    if check is None:
        _existed("/division", prefix)
        return
    try:
        check(prefix.ljust(len(OUTSIDE), "0"))
    except codes.CodeError as error:
        raise _refused("/division", error) from error


def _refused(pointer: str, error: codes.CodeError) -> Refused:
    particulars = {"detail": error.detail, "detail_zh": error.detail_zh}
    return Refused("invalid_fields", FieldError(pointer, error.code, particulars))
