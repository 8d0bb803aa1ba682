from tests.importing.manifests import (
    AT_FACILITY,
    AT_GENERATOR,
    AT_OTHER_FACILITY,
    FACILITY,
    NEXT_NUMBER,
    NUMBER,
    OTHER_FACILITY,
    day,
    in_the_end,
    line,
    manifest,
    of_type,
    planned,
    rejected,
    remarked,
    signed,
)

ONE, TWO = (f"maker:{NUMBER}.L{number}" for number in (1, 2))


def test_a_full_rejection_goes_on_with_the_same_paper_when_the_truck_is_there() -> None:
    other = signed(OTHER_FACILITY, 15, name="Another")
    info = rejected("FullReject", transporterOnSite=True, alternateDesignatedFacility=other)
    value = manifest(wastes=[line(1), line(2)], **info)
    first, second = of_type("receive", value)
    assert (first["site"], first["accepted"]) == (AT_FACILITY, [])
    assert first["rejected"] == [{"battery": ref, "reason": "other"} for ref in (ONE, TWO)]
    assert (second["site"], second["accepted"]) == (AT_OTHER_FACILITY, [ONE, TWO])
    assert in_the_end(value, ONE)["site"] == AT_OTHER_FACILITY
    assert in_the_end(value, ONE)["mass_g"] == 100_000
    assert planned(value).names[AT_OTHER_FACILITY] == "Another"


def test_what_was_rejected_may_come_back_to_its_generator() -> None:
    back = {"signatureDate": day(17)}
    info = rejected(
        "FullReject", alternateDesignatedFacilityType="Generator", generatorPaperSignature=back
    )
    (_, second) = of_type("receive", manifest(**info))
    assert (second["site"], second["accepted"]) == (AT_GENERATOR, [ONE])
    assert second["occurred_at"] == "2019-03-17T04:00:00+00:00"


def test_of_a_partial_rejection_a_part_goes_on_under_each_new_number() -> None:
    value = manifest(**rejected("PartialReject", "123456789JJK", "234567890JJK"))
    parts = [f"maker:{NUMBER}.R{number}" for number in (1, 2)]
    (dispatch,) = of_type("dispatch", value)
    (receive,) = of_type("receive", value)
    assert dispatch["batteries"] == [ONE, *parts]
    assert dispatch["gross_mass_g"] == 100_000
    assert receive["accepted"] == [ONE]
    assert [one["battery"] for one in receive["rejected"]] == parts
    assert "123456789JJK, 234567890JJK" in receive["note"]
    assert remarked(value)["goes_on"] == {"numbers": "123456789JJK, 234567890JJK"}
    assert in_the_end(value, ONE)["mass_g"] is None, "how much of it was kept is not told"


def test_a_partial_rejection_without_a_number_has_one_part() -> None:
    (receive,) = of_type("receive", manifest(**rejected("PartialReject")))
    assert receive["rejected"] == [{"battery": f"maker:{NUMBER}.R1", "reason": "other"}]


def test_waste_of_another_kind_is_the_wrong_item() -> None:
    found = line(discrepancyResidueInfo={"wasteType": True, "discrepancyComments": "paint"})
    for kind in ("FullReject", "PartialReject"):
        value = manifest(wastes=[found], **rejected(kind))
        (receive,) = of_type("receive", value)
        assert {one["reason"] for one in receive["rejected"]} == {"wrong_item"}
        assert remarked(value)["discrepancy"] == {"lines": "1"}


def test_a_residue_is_an_item_of_its_own() -> None:
    left = line(2, discrepancyResidueInfo={"residue": True})
    value = manifest(wastes=[line(1), left], residueNewManifestTrackingNumbers=[NEXT_NUMBER])
    (receive,) = of_type("receive", value)
    assert receive["accepted"] == [ONE, TWO]
    assert receive["rejected"] == [{"battery": f"{TWO}.RESIDUE", "reason": "other"}]
    assert in_the_end(value, TWO)["mass_g"] is None
    assert in_the_end(value, ONE)["mass_g"] == 100_000
    assert remarked(value)["residue"] == {"lines": "2"}


def test_a_rejection_that_nobody_signed_is_remarked() -> None:
    value = manifest(designatedFacility=signed(FACILITY, None), **rejected("FullReject"))
    assert of_type("receive", value) == []
    assert remarked(value).keys() == {"rejection_unsigned"}


def test_a_manifest_that_carries_another_on_points_back() -> None:
    info = {"originalManifestTrackingNumbers": [NUMBER], "newManifestDestination": "Tsdf"}
    value = manifest(manifestTrackingNumber=NEXT_NUMBER, additionalInfo=info)
    (dispatch,) = of_type("dispatch", value, number=NEXT_NUMBER)
    assert (dispatch["consignment"], dispatch["returns"]) == (f"x:{NEXT_NUMBER}", f"x:{NUMBER}")


def test_lines_and_their_parts_are_never_mistaken_for_one_another() -> None:
    many = [line(number, discrepancyResidueInfo={"residue": True}) for number in (1, 11, 13, 3)]
    (dispatch,) = of_type("dispatch", manifest(wastes=many))
    assert len(set(dispatch["batteries"])) == 8
