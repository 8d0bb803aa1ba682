from typing import Any

import pytest

from custody.custodian import Custodian
from custody.importing.recording import Importer
from custody.ledger import Ledger
from tests import given
from tests.custodians import custodian_of, movements_in, record
from tests.importing.importers import NOW, codes, importer_of, records, take
from tests.importing.manifests import (
    AT_GENERATOR,
    CARRIER,
    FACILITY,
    GENERATOR,
    NEXT_CARRIER,
    NUMBER,
    day,
    line,
    manifest,
    signed,
)


def test_a_manifest_that_has_gone_on_adds_what_is_new(importer: Importer, ledger: Ledger) -> None:
    on_the_road = manifest(status="InTransit", designatedFacility=signed(FACILITY, None))
    assert take(importer, on_the_road).recorded == 2
    arrived = take(importer, manifest())
    assert (arrived.outcome, arrived.recorded, arrived.duplicates) == ("imported", 1, 2)
    assert "other_edition" in codes(arrived)
    assert len(movements_in(ledger)) == 3
    assert take(importer, manifest()).outcome == "duplicate"


def test_a_manifest_that_says_otherwise_than_before_changes_nothing(
    importer: Importer, ledger: Ledger
) -> None:
    take(importer, manifest())
    head = ledger.head()
    report = take(importer, manifest(wastes=[line(quantity=99)]))
    assert report.outcome == "conflict"
    assert {(one.pointer, one.code) for one in report.errors} == {
        ("/generator/paperSignatureInfo/signatureDate", "recorded_otherwise"),
        ("/transporters/0/paperSignatureInfo/signatureDate", "recorded_otherwise"),
    }
    assert ledger.head() == head


def test_what_somebody_has_put_right_is_theirs_and_the_rest_is_added(
    importer: Importer, ledger: Ledger
) -> None:
    take(importer, manifest(designatedFacility=signed(FACILITY, None)))
    otherwise = manifest(wastes=[line(quantity=99)])
    assert take(importer, otherwise).outcome == "conflict"
    for type_ in ("drop_off", "dispatch"):
        (wrong,) = records(ledger, type_)
        void = given.void(wrong["id"], site=AT_GENERATOR, at=given.monday)
        record(Custodian(ledger, lambda: NOW), void)
    report = take(importer, otherwise)
    assert (report.outcome, report.recorded, report.duplicates) == ("imported", 1, 2)


@pytest.mark.parametrize(
    "said",
    [
        {"shippedDate": day(14)[:-5] + "-0500"},
        {"receivedDate": day(16)},
        {"generator": signed(GENERATOR, 12)},
        {"transporters": [signed(CARRIER, 14), signed(NEXT_CARRIER, 14, order=2)]},
    ],
)
def test_what_happened_once_is_not_recorded_for_two_instants(
    importer: Importer, ledger: Ledger, said: dict[str, Any]
) -> None:
    carriers = [signed(CARRIER, 14), signed(NEXT_CARRIER, 15, order=2)]
    take(importer, manifest(transporters=carriers))
    head = ledger.head()
    report = take(importer, manifest(**{"transporters": carriers, **said}))
    assert report.outcome == "conflict"
    assert {one.code for one in report.errors} == {"happened_otherwise"}
    assert ledger.head() == head


def test_a_movement_that_was_voided_may_be_imported_for_another_instant(
    importer: Importer, ledger: Ledger
) -> None:
    take(importer, manifest())
    later = manifest(shippedDate=day(20))
    assert take(importer, later).outcome == "conflict"
    (dispatch,) = records(ledger, "dispatch")
    void = given.void(dispatch["id"], site=AT_GENERATOR, at=given.monday)
    record(Custodian(ledger, lambda: NOW), void)
    report = take(importer, later)
    assert (report.outcome, report.recorded) == ("imported", 1)


def test_an_older_edition_takes_nothing_back(importer: Importer, ledger: Ledger) -> None:
    take(importer, manifest())
    head = ledger.head()
    report = take(importer, manifest(designatedFacility=signed(FACILITY, None)))
    assert report.outcome == "duplicate"
    assert "other_edition" in codes(report)
    assert ledger.head() == head


def test_what_a_site_of_ours_tells_itself_stands_beside_the_file(ledger: Ledger) -> None:
    custodian = custodian_of(ledger)
    own = given.receive(["maker:1"], consignment=f"x:{NUMBER}", at=given.monday)
    record(custodian, own)
    report = take(importer_of(ledger, sites={FACILITY: given.CENTRE}), manifest())
    assert report.outcome == "imported"
    assert "received_before" in codes(report)
