"""How does the custodian keep the registry, and who sees what changes in it?"""

import pytest

from custody.custodian import Custodian, Registered
from custody.events import decode
from custody.ledger import Ledger, open_ledger
from custody.terms import Refused
from tests.custodians import custodian_of, record, shown
from tests.given import (
    BASE,
    NOWHERE,
    POINT,
    collector,
    dispatch,
    drop_off,
    monday,
    network,
    next_monday,
    organisation,
    recycler,
    saturday,
    site,
    store,
    stranger,
    sunday,
    terminal,
    void,
)


@pytest.fixture
def custodian(ledger: Ledger) -> Custodian:
    return custodian_of(ledger)


def test_what_is_registered_is_a_fact_like_any_other(custodian: Custodian, ledger: Ledger) -> None:
    done = custodian.register(terminal(active_from=monday))
    (kept,) = ledger.since(len(network), 10)
    assert done == Registered("registered", kept.position)
    assert kept.subjects == terminal().subjects()
    assert (kept.posted_by, kept.recorded_at) == (None, next_monday)
    assert decode(kept.type, kept.version, kept.data) == terminal(active_from=monday)
    assert b"null" not in kept.data


def test_what_changes_is_a_fact_more(custodian: Custodian, ledger: Ledger) -> None:
    assert custodian.register(site(name="新名")).status == "changed"
    assert ledger.head().position == len(network) + 1


def test_what_is_as_it_was_is_none(custodian: Custodian, ledger: Ledger) -> None:
    for party in network:
        assert custodian.register(party) == Registered("unchanged", len(network))
    assert ledger.head().position == len(network)


def test_a_registration_that_cannot_be_leaves_nothing(custodian: Custodian, ledger: Ledger) -> None:
    for wrong in (site(organisation=stranger), terminal(site=NOWHERE)):
        with pytest.raises(Refused):
            custodian.register(wrong)
    assert ledger.head().position == len(network)


def test_a_site_may_post_as_soon_as_it_is_registered(custodian: Custodian) -> None:
    assert shown(record(custodian, drop_off(site=NOWHERE))[0])[1] == "site_unknown"
    custodian.register(site(NOWHERE))
    assert shown(record(custodian, drop_off(site=NOWHERE))[0]) == ("recorded",)


def test_what_one_custodian_registers_another_sees_with_its_next_batch(
    custodian: Custodian, database_url: str
) -> None:
    other_ledger = open_ledger(database_url)
    beside = Custodian(other_ledger, clock=lambda: next_monday)
    assert shown(record(beside, drop_off())[0]) == ("recorded",)
    custodian.register(site(active_to=saturday))
    custodian.register(site(NOWHERE))
    assert shown(record(beside, store(at=sunday))[0]) == ("recorded", "site_suspended")
    # What the site has may leave it all the same; and where to, is known by now.
    assert shown(record(beside, dispatch(at=sunday, to_site=NOWHERE))[0]) == ("recorded",)
    assert beside.register(site(NOWHERE)).status == "unchanged"
    assert beside.register(organisation(stranger)).status == "registered"
    assert custodian.register(site("330106-0200", organisation=stranger)).status == "registered"
    other_ledger.close()


def test_a_new_custodian_knows_the_whole_registry(custodian: Custodian, ledger: Ledger) -> None:
    custodian.register(site(name="新名"))
    later = Custodian(ledger, clock=lambda: next_monday)
    assert later.register(site(name="新名")).status == "unchanged"
    assert shown(record(later, drop_off())[0]) == ("recorded",)


def test_a_site_that_changes_hands_takes_its_facts_back_no_more(custodian: Custodian) -> None:
    record(custodian, drop_off())
    custodian.register(site(POINT, organisation=recycler, active_from=sunday))
    late, early = void(drop_off(), at=sunday), void(drop_off(), at=saturday)
    assert shown(record(custodian, late)[0])[1] == "not_the_author"
    assert shown(record(custodian, void(drop_off(), at=sunday, site=BASE))[0])[1] == (
        "not_the_author"
    )
    # Dated back to before, it is still the void of whoever holds the site now.
    assert shown(record(custodian, early)[0])[1] == "not_the_author"


def test_a_site_that_is_to_change_hands_is_its_holder_s_until_then(custodian: Custodian) -> None:
    record(custodian, drop_off())
    custodian.register(site(POINT, organisation=recycler, active_from=next_monday + 1))
    assert shown(record(custodian, void(drop_off()))[0]) == ("recorded",)


def test_organisations_are_told_apart(custodian: Custodian) -> None:
    assert custodian.register(organisation(collector, name="新名")).status == "changed"
    assert custodian.register(organisation(recycler, name="宁源")).status == "unchanged"
