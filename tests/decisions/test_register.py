from datetime import datetime

import pytest

from custody.codes import base64url
from custody.decisions import register
from custody.events import Registration
from custody.terms import SHANGHAI, Millis, Refused, millis
from tests.given import (
    NOWHERE,
    POINT,
    collector,
    monday,
    network,
    organisation,
    recycler,
    route,
    site,
    stranger,
    terminal,
)
from tests.known import registry_of

published_keys = (  # RFC 8032, section 7.1, as base64url
    "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw",
    "_FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU",
)
weak_keys = {
    "01" + "00" * 31: "public_key_weak",
    "01" + "00" * 30 + "80": "public_key_not_canonical",
    "02" + "00" * 31: "public_key_not_on_curve",
    "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d": "public_key_mixed",
}


def new_year(year: int) -> Millis:
    return millis(datetime(year, 1, 1, tzinfo=SHANGHAI))


def is_news(fact: Registration, *known: Registration) -> bool:
    return register.decide(fact, registry_of(*known))


def test_who_was_never_registered_is_news() -> None:
    assert is_news(organisation())
    assert is_news(site(), organisation())
    assert is_news(terminal(), site())


def test_what_changes_is_news() -> None:
    assert is_news(site(name="新名"), *network)
    assert is_news(site(active_from=monday), *network)
    assert is_news(site(organisation=recycler), *network)


def test_what_is_as_it_was_is_no_news() -> None:
    assert not any(is_news(known, *network) for known in network)


def test_the_same_instant_in_another_offset_is_no_news() -> None:
    known = site(active_from=monday)
    assert known == site(active_from=monday)
    assert not is_news(site(active_from=monday), *network, known)


def test_what_was_so_before_the_last_change_is_news_again() -> None:
    assert is_news(site(), *network, site(name="新名"))


def test_a_site_of_nobody_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        is_news(site(organisation=stranger), *network)
    assert refused.value.code == "organisation_unknown"
    assert [error.pointer for error in refused.value.errors] == ["/organisation"]


def test_a_terminal_of_nowhere_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        is_news(terminal(site=NOWHERE), *network)
    assert refused.value.code == "site_unknown"
    assert [error.params for error in refused.value.errors] == [{"site": NOWHERE}]


def wrong(fact: Registration) -> tuple[str, str]:
    """Return which field of a registration is refused, and for which rule."""
    with pytest.raises(Refused) as refused:
        is_news(fact, *network)
    assert refused.value.code == "invalid_fields"
    (error,) = refused.value.errors
    return error.pointer, error.code


def test_a_division_that_never_was_is_refused() -> None:
    assert wrong(site("330106-0001", division="990000")) == ("/division", "division_unknown")
    assert wrong(site("990000-0001", division="330106")) == ("/site", "division_unknown")
    assert wrong(site("330100-0001")) == ("/division", "division_unknown")  # a city is none


@pytest.mark.parametrize("division", ["330104", "110103", "130171"])
def test_an_abolished_or_statistical_division_is_taken(division: str) -> None:
    assert is_news(site(f"{division}-0001"), *network)
    assert is_news(site(f"{division}-0001", active_from=monday), *network)


def test_a_site_is_named_after_its_own_division() -> None:
    assert wrong(site("330106-0001", division="330109")) == ("/division", "division_differs")


def test_a_site_keeps_its_name_when_its_division_is_merged_into_another() -> None:
    merged = {"division": "330102"}
    assert is_news(site("330104-0001", **merged, active_from=new_year(2022)), *network)
    assert is_news(site("330104-0001", **merged), *network)
    before = site("330104-0001", **merged, active_from=new_year(2020))
    assert wrong(before) == ("/division", "division_differs")


def test_only_what_lies_outside_the_network_may_lie_in_no_division() -> None:
    assert is_news(site("000000-VATEST01", kind="external"), *network)
    assert is_news(site("330106-9999", kind="external"), *network)
    assert wrong(site("000000-VATEST01")) == ("/division", "division_unknown")
    assert wrong(site("330106-9999", kind="external", division="000000")) == (
        "/division",
        "division_unknown",
    )


def test_a_site_that_joins_from_outside_keeps_its_name() -> None:
    assert is_news(site("000000-VATEST01", division="330106"), *network)


def test_a_route_is_news_once() -> None:
    opened = route("collection_point", "recycler")
    assert is_news(opened, *network)
    assert not is_news(opened, *network, opened)
    assert is_news(opened, *network, route("collection_point", "recycler", allowed=False))
    assert is_news(opened, *network, route("collection_point", "recycler", division="33"))


@pytest.mark.parametrize("division", ["33", "3301", "330106", "11", "1101", "330104"])
def test_a_route_is_opened_in_a_province_a_city_or_a_county(division: str) -> None:
    assert is_news(route("collection_point", "recycler", division=division))


@pytest.mark.parametrize("division", ["99", "3399", "330199", "00"])
def test_a_route_is_not_opened_nowhere(division: str) -> None:
    nowhere = route("collection_point", "recycler", division=division)
    assert wrong(nowhere) == ("/division", "division_unknown")


def test_a_terminal_s_key_is_taken_or_refused_by_its_own_rule() -> None:
    for sound in published_keys:
        assert is_news(terminal(public_key=sound), *network)
    for spelt, rule in weak_keys.items():
        weak = terminal(public_key=base64url.encode(bytes.fromhex(spelt)))
        assert wrong(weak) == ("/public_key", rule)


def test_a_new_key_is_news_and_so_is_none() -> None:
    one, other = (terminal(public_key=key) for key in published_keys[:2])
    assert is_news(other, *network, one)
    assert is_news(terminal(), *network, one)
    assert not is_news(one, *network, one)


def test_parties_of_different_kinds_share_no_names() -> None:
    assert is_news(terminal(POINT), *network)
    assert is_news(organisation(collector), site())
