"""登记: an organisation, a site or a terminal is registered. Is it new, changed, or as it was?"""

from custody.events import Registration, SiteRegistered, TerminalRegistered
from custody.state.registry import Registry
from custody.terms import FieldError, Refused


def decide(fact: Registration, registry: Registry) -> bool:
    """Say whether it is news. Refused is a site of nobody, and a terminal of nowhere."""
    if isinstance(fact, SiteRegistered):
        if registry.latest_organisation(fact.organisation) is None:
            raise Refused(
                "organisation_unknown",
                FieldError("/organisation", "organisation_unknown", {"uscc": fact.organisation}),
            )
    elif isinstance(fact, TerminalRegistered) and registry.latest_site(fact.site) is None:
        raise Refused("site_unknown", FieldError("/site", "site_unknown", {"site": fact.site}))
    return registry.latest(fact.party()) != fact
