from datetime import UTC, datetime

import pytest
from hypothesis import given as tried
from hypothesis import settings
from hypothesis import strategies as st

from custody.importing.emanifest.document import FILE_BYTES_MAX
from custody.importing.recording import Importer
from custody.ledger import Ledger, Moved, open_ledger
from custody.projections import consignments
from custody.projections.freshness import lay_out
from custody.projector import Projector
from custody.terms import Refused
from tests import given
from tests.custodians import Interrupted, custodian_of, movements_in
from tests.hypothesis_profile import examples
from tests.importing.importers import codes, importer_of, records, take
from tests.importing.manifests import (
    AT_FACILITY,
    AT_GENERATOR,
    ELECTRONIC,
    FACILITY,
    FULL,
    GENERATOR,
    HYBRID,
    INVALID,
    NO_MANIFESTS,
    NUMBER,
    PARTIAL,
    PLAIN,
    SAMPLE,
    VALID,
    example,
    manifest,
    rejected,
    signed,
)

SHIPPED_AT = datetime(2022, 4, 19, 8, tzinfo=UTC)


@pytest.mark.parametrize("name", [*VALID, SAMPLE])
def test_every_valid_example_becomes_a_consignment_once(
    importer: Importer, ledger: Ledger, name: str
) -> None:
    data = example(name)
    first = importer.take(data, shipped_at=SHIPPED_AT)
    assert first.outcome == "imported", first
    head = ledger.head()
    (dispatch,) = records(ledger, "dispatch")
    assert dispatch["consignment"] == first.consignment
    again = importer.take(data, shipped_at=SHIPPED_AT)
    assert (again.outcome, again.recorded) == ("duplicate", 0)
    assert again.duplicates == first.recorded
    another_day = importer_of(ledger, name=None).take(data, shipped_at=SHIPPED_AT)
    assert another_day.outcome == "duplicate"
    assert ledger.head() == head, "nothing new is recorded"


def test_the_invalid_example_is_told_of_and_nothing_of_it_recorded(
    importer: Importer, ledger: Ledger
) -> None:
    report = importer.take(example(INVALID))
    assert report.outcome == "invalid"
    assert len(report.errors) > 10
    assert ledger.head().position == 0


def test_what_is_no_manifest_is_told_apart_and_left_alone(
    importer: Importer, ledger: Ledger
) -> None:
    for name, kind in NO_MANIFESTS.items():
        report = importer.take(example(name))
        assert (report.outcome, report.kind) == ("not_a_manifest", kind)
    for data in (b"no JSON", b" " * (FILE_BYTES_MAX + 1)):
        assert importer.take(data).outcome == "unreadable"
    assert ledger.head().position == 0


def test_what_has_not_left_is_not_recorded_until_it_has(importer: Importer, ledger: Ledger) -> None:
    assert importer.take(example(ELECTRONIC)).outcome == "not_shipped"
    assert ledger.head().position == 0
    assert importer.take(example(ELECTRONIC), shipped_at=SHIPPED_AT).outcome == "imported"


def test_the_books_know_what_came_of_the_consignments(importer: Importer, ledger: Ledger) -> None:
    states = {FULL: "received", PARTIAL: "part_received", PLAIN: "received", HYBRID: "released"}
    numbers = {importer.take(example(name)).consignment: state for name, state in states.items()}
    lay_out(ledger.engine)
    Projector(ledger).catch_up()
    with ledger.engine.connect() as connection:
        found = consignments.listing(connection, limit=10)
    assert {row["no"]: row["state"] for row in found} == numbers


def test_foreign_sites_are_registered_once_and_known_ones_left_as_they_are(
    ledger: Ledger,
) -> None:
    custodian_of(ledger).register(given.site(AT_FACILITY, division="330106"))
    importer = importer_of(ledger)
    take(importer, manifest())
    take(importer, manifest(manifestTrackingNumber="000000001ELC"))
    made = [one for one in records(ledger, "site_registered") if one["site"].startswith("000000")]
    assert [(one["site"], one["kind"], one["name"]) for one in made] == [
        (AT_FACILITY, "collection_point", "文三路回收点"),
        (AT_GENERATOR, "external", "A generator"),
    ]


def test_a_name_that_cannot_be_kept_is_made_to_fit(importer: Importer, ledger: Ledger) -> None:
    take(importer, manifest(generator=signed(GENERATOR, 13, name="A\tvery\n" + "long " * 14)))
    take(importer, manifest(designatedFacility=signed("VATEST000009", 15, name="\n")))
    names = {one["site"]: one["name"] for one in records(ledger, "site_registered")}
    assert names[AT_GENERATOR].startswith("A very long ")
    assert len(names[AT_GENERATOR]) == 64


def test_the_organisation_is_registered_with_the_first_site(ledger: Ledger) -> None:
    importer = importer_of(ledger)
    importer.check()
    importer.take(b"{}")
    assert ledger.head().position == 0
    take(importer, manifest())
    assert [one["name"] for one in records(ledger, "organisation_registered")] == ["EPA"]
    take(importer_of(ledger, name="Another"), manifest(manifestTrackingNumber="000000001ELC"))
    assert len(records(ledger, "organisation_registered")) == 1


def test_parties_that_nobody_registered_are_refused_at_once(ledger: Ledger) -> None:
    with pytest.raises(Refused, match="organisation_unknown"):
        importer_of(ledger, name=None).check()
    with pytest.raises(Refused, match="site_unknown"):
        importer_of(ledger, sites={FACILITY: given.CENTRE}).check()
    report = take(importer_of(ledger, name=None), manifest())
    assert (report.outcome, report.errors[0].code) == ("refused", "organisation_unknown")
    custodian_of(ledger)
    importer_of(ledger, name=None, sites={FACILITY: given.CENTRE}).check()


def test_a_facility_may_be_a_site_of_ours(ledger: Ledger) -> None:
    custodian_of(ledger)
    take(importer_of(ledger, sites={FACILITY: given.CENTRE}), manifest())
    (receive,) = records(ledger, "receive")
    assert receive["site"] == given.CENTRE


def test_the_books_remark_as_they_do_on_every_movement(importer: Importer) -> None:
    assert codes(take(importer, manifest())) == {"carrier_unknown"}
    other = signed("VATEST000003", 15)
    info = rejected("FullReject", transporterOnSite=True, alternateDesignatedFacility=other)
    report = take(importer, manifest(manifestTrackingNumber="000000001ELC", **info))
    assert {"not_the_addressee", "received_before"} < codes(report)


def test_a_manifest_without_a_number_is_known_by_its_file_or_by_the_one_it_is_given(
    importer: Importer,
) -> None:
    value = manifest(manifestTrackingNumber="CHANGE ME")
    unnumbered = take(importer, value)
    assert unnumbered.number is None
    assert str(unnumbered.consignment).startswith("x:UNNUMBERED.")
    assert "unnumbered" in codes(unnumbered)
    numbered = take(importer, value, number=NUMBER)
    assert (numbered.outcome, numbered.consignment) == ("imported", f"x:{NUMBER}")
    wrong = take(importer, manifest(), number="000000001ELC")
    assert (wrong.outcome, wrong.errors[0].code) == ("invalid", "number_differs")


def test_an_instant_ahead_of_our_clock_is_refused_where_it_stands(
    importer: Importer, ledger: Ledger
) -> None:
    ahead = "2031-01-01T00:00:00Z"
    value = manifest(
        designatedFacility=signed(
            FACILITY, None, electronicSignaturesInfo=[{"signatureDate": ahead}]
        )
    )
    report = take(importer, value)
    assert report.outcome == "refused"
    assert [(one.pointer, one.code) for one in report.errors] == [
        ("/designatedFacility/electronicSignaturesInfo/0/signatureDate", "too_early")
    ]
    assert movements_in(ledger) == [], "all of a manifest's movements, or none"


def test_when_others_are_always_quicker_nothing_is_recorded(ledger: Ledger) -> None:
    contended = Interrupted(ledger.engine)

    def moved() -> None:
        raise Moved

    contended.before_append = moved
    report = take(importer_of(contended), manifest())
    contended.close()
    assert (report.outcome, report.errors[0].code) == ("refused", "contended")
    assert ledger.head().position == 0


def test_who_posted_it_is_the_import(importer: Importer, ledger: Ledger) -> None:
    take(importer, manifest())
    assert {one.posted_by for one in ledger.since(0, 100)} == {"import"}


@settings(max_examples=examples(25))
@tried(st.lists(st.integers(0, 3), min_size=1, max_size=6))
def test_however_often_and_in_which_order_each_manifest_is_recorded_once(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    ledger = open_ledger(f"sqlite:///{tmp_path_factory.mktemp('books')}/custody.db")
    values = [manifest(manifestTrackingNumber=f"{number:09}ELC") for number in range(4)]
    importer = importer_of(ledger)
    seen: set[int] = set()
    for number in order:
        report = take(importer, values[number])
        assert report.outcome == ("duplicate" if number in seen else "imported")
        seen.add(number)
    assert len(movements_in(ledger)) >= 3 * len(seen)
    assert len(records(ledger, "dispatch")) == len(seen)
    ledger.close()
