from custody.events import Registration
from custody.state.registry import Registry
from tests.given import (
    POINT,
    carrier,
    collector,
    friday,
    monday,
    organisation,
    route,
    site,
    sunday,
    terminal,
    thursday,
    tuesday,
    wednesday,
)
from tests.known import registry_of

PARTY = f"site:{POINT}"
WEEK = (monday, tuesday, wednesday, thursday, friday)


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


def test_what_held_and_had_not_ended_was_in_force() -> None:
    registry = registry_of(site(active_from=tuesday, active_to=thursday))
    assert registry.in_force(PARTY, tuesday - 1) is None
    assert registry.in_force(PARTY, tuesday) is not None
    assert registry.in_force(PARTY, thursday) is None


def test_a_licence_counts_from_the_registration_that_names_it_to_the_next() -> None:
    registry = registry_of(
        site(),
        site(active_from=tuesday, licences=["dismantle"]),
        site(active_from=thursday),
    )
    licensed = [registry.is_licensed(POINT, "dismantle", at) for at in WEEK]
    assert licensed == [False, True, True, False, False]
    assert not registry.is_licensed(POINT, "recover", wednesday)
    assert not registry.is_licensed("330106-9999", "dismantle", wednesday)


def test_a_licence_ends_with_its_registration() -> None:
    registry = registry_of(site(licences=["dismantle"], active_to=wednesday))
    assert registry.is_licensed(POINT, "dismantle", wednesday - 1)
    assert not registry.is_licensed(POINT, "dismantle", wednesday)


def test_a_cap_is_the_one_that_held_then() -> None:
    registry = registry_of(
        site(capacity_g=5_000_000),
        site(capacity_g=8_000_000, active_from=wednesday),
        site(active_from=friday),
    )
    found = [registry.site(POINT, at) for at in WEEK]
    caps = [one and one.capacity_g for one in found]
    assert caps == [5_000_000, 5_000_000, 8_000_000, 8_000_000, None]


def test_a_carrier_is_active_between_its_instants() -> None:
    registry = registry_of(organisation(carrier, active_from=tuesday, active_to=thursday))
    active = [registry.is_active(f"organisation:{carrier}", at) for at in WEEK]
    assert active == [False, True, True, False, False]


EDGE = ("collection_point", "recycler")


def found(registry: Registry, division: str = "330106", at: int = wednesday) -> object:
    return registry.route("collection_point", "recycler", division, at)


def test_a_route_that_nobody_registered_is_none() -> None:
    registry = registry_of(route("recycler", "collection_point"), route(*EDGE, division="34"))
    assert found(registry) is None


def test_a_route_of_the_smallest_area_counts() -> None:
    areas = [route(*EDGE, division=division) for division in (None, "33", "3301", "330106")]
    for last, expected in enumerate(areas):
        registry = registry_of(*reversed(areas[: last + 1]))
        assert found(registry) == expected
        assert found(registry, "440305") == areas[0]


def test_a_route_counts_while_it_is_in_force() -> None:
    everywhere = route(*EDGE, allowed=False)
    pilot = route(*EDGE, division="3301", active_from=tuesday, active_to=thursday)
    registry = registry_of(everywhere, pilot)
    expected = [everywhere, pilot, pilot, everywhere, everywhere]
    assert [found(registry, at=at) for at in WEEK] == expected


def test_what_was_registered_last_of_a_route_overrules() -> None:
    opened, closed = route(*EDGE), route(*EDGE, allowed=False, active_from=wednesday)
    registry = registry_of(opened, closed)
    assert found(registry, at=tuesday) == opened
    assert found(registry, at=wednesday) == closed
