import json

import pytest
from pydantic import ValidationError

from custody.events import decode
from custody.events.registry import ALWAYS, FOREVER, REGISTRY
from tests.given import collector, data, monday, organisation, site, terminal, tuesday


def test_a_registration_is_about_its_party_and_the_registry() -> None:
    assert organisation().subjects() == (f"organisation:{collector}", REGISTRY)
    assert site().subjects() == ("site:330106-0007", REGISTRY)
    assert terminal().subjects() == ("terminal:330106-0007-T1", REGISTRY)


def test_a_registration_without_instants_always_holds() -> None:
    assert (site().holds_from, site().holds_to) == (ALWAYS, FOREVER)


def test_a_registration_holds_between_its_instants() -> None:
    some_time = site(active_from=monday, active_to=tuesday)
    assert (some_time.holds_from, some_time.holds_to) == (monday, tuesday)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"site": "330106_0007"}, "site"),
        ({"kind": "castle"}, "kind"),
        ({"division": "33010"}, "division"),
        ({"organisation": collector[:-1] + "0"}, "organisation"),
        ({"location": {"lon": 181, "lat": 30}}, "location.lon"),
        ({"location": {"lon": 120.1}}, "location.lat"),
        ({"location": {"lon": "120.1", "lat": 30}}, "location.lon"),
        ({"licences": ["有 空格"]}, "licences.0"),
        ({"active_from": "2026-03-02"}, "active_from"),
        ({"capacity_g": -1}, "capacity_g"),
        ({"colour": "red"}, "colour"),
    ],
    ids=lambda it: str(it)[:30],
)
def test_a_wrong_field_of_a_site_is_named(change: dict[str, object], where: str) -> None:
    body = json.dumps({**json.loads(data(site())), **change}).encode()
    with pytest.raises(ValidationError) as refused:
        decode("site_registered", 1, body)
    assert [".".join(map(str, one["loc"])) for one in refused.value.errors()] == [where]


def test_a_public_key_is_43_characters_of_base64() -> None:
    assert terminal(public_key="A" * 43).public_key
    for wrong in ("A" * 42, "A" * 44, "A" * 42 + "+"):
        with pytest.raises(ValidationError):
            terminal(public_key=wrong)
