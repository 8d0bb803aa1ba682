from custody.events import Registration
from custody.state.registry import Registry
from tests.given import (
    POINT,
    carrier,
    collector,
    friday,
    monday,
    organisation,
    site,
    sunday,
    terminal,
    thursday,
    tuesday,
    wednesday,
)
from tests.known import registry_of

PARTY = f"site:{POINT}"


def known_of(registry: Registry, at: int) -> Registration | None:
    return registry.as_of(PARTY, at)


def test_nobody_is_registered_to_begin_with() -> None:
    empty = Registry()
    assert empty.latest(PARTY) is None
    assert empty.as_of(PARTY, monday) is None
    assert empty.site(POINT, monday) is None
    assert not empty.is_active(PARTY, monday)
    assert empty.latest_site(POINT) is None
    assert empty.latest_organisation(collector) is None
    assert empty.latest_terminal("T-1") is None


def test_each_kind_of_party_is_found_by_its_own_name() -> None:
    registry = registry_of(organisation(), site(), terminal("T-1"))
    assert registry.latest_organisation(collector) == organisation()
    assert registry.latest_site(POINT) == site()
    assert registry.latest_terminal("T-1") == terminal("T-1")
    assert registry.latest_organisation(carrier) is None


def test_a_registration_without_a_beginning_held_always() -> None:
    assert known_of(registry_of(site()), 0) == site()


def test_a_registration_holds_from_its_first_instant_on() -> None:
    opened = site(active_from=tuesday)
    registry = registry_of(opened)
    assert known_of(registry, tuesday - 1) is None
    assert known_of(registry, tuesday) == opened
    assert not registry.is_active(PARTY, tuesday - 1)
    assert registry.is_active(PARTY, tuesday)


def test_a_later_registration_overrules_from_its_own_beginning_on() -> None:
    before, after = site(), site(name="新址", active_from=wednesday)
    registry = registry_of(before, after)
    assert known_of(registry, wednesday - 1) == before
    assert known_of(registry, wednesday) == after
    assert registry.latest(PARTY) == after


def test_a_later_registration_of_an_earlier_time_overrules_all_from_then_on() -> None:
    planned, sooner = site(name="新址", active_from=friday), site(active_from=tuesday)
    registry = registry_of(planned, sooner)
    assert known_of(registry, sunday) == sooner


def test_a_site_is_suspended_from_the_end_of_its_registration_on() -> None:
    closing = site(active_to=thursday)
    registry = registry_of(site(), closing)
    assert registry.is_active(PARTY, thursday - 1)
    assert not registry.is_active(PARTY, thursday)
    assert known_of(registry, sunday) == closing


def test_a_site_listed_anew_is_active_again_and_was_not_in_between() -> None:
    registry = registry_of(site(active_to=tuesday), site(active_from=friday))
    assert registry.is_active(PARTY, monday)
    assert not registry.is_active(PARTY, wednesday)
    assert registry.is_active(PARTY, friday)


def test_of_a_site_before_its_time_the_last_word_stands_in() -> None:
    opened = site(active_from=friday)
    assert registry_of(opened).site(POINT, monday) == opened
