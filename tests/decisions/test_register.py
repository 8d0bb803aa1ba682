import pytest

from custody.decisions import register
from custody.events import Registration
from custody.terms import Refused
from tests.given import (
    NOWHERE,
    POINT,
    collector,
    monday,
    network,
    organisation,
    recycler,
    site,
    stranger,
    terminal,
)
from tests.known import registry_of


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


def test_parties_of_different_kinds_share_no_names() -> None:
    assert is_news(terminal(POINT), *network)
    assert is_news(organisation(collector), site())
