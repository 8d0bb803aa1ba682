"""What do the names under our prefix mean? The context that we publish."""

from typing import Any, Final

from custody.epcis.outward.saying import NAMESPACE, PREFIX

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"

URIS: Final = (
    "missing", "extra", "part_of", "same_as", "by", "site", "corrects", "corrected_by",
)  # fmt: skip
INTEGERS: Final = (
    "mass_g", "nominal_voltage_mv", "rated_capacity_mah", "gross_mass_g", "net_mass_g", "loss_g",
    "output",
)  # fmt: skip
TIMES: Final = ("expected_at", "frozen_at", "corrected_at")
TEXTS: Final = (
    "type", "capture", "channel", "depositor_kind", "chemistry", "condition", "maker", "brand",
    "class", "treatment", "grade", "route", "reason", "use", "process", "carrier", "vehicle",
    "seals", "un_number", "packing_instruction", "items_digest", "kind", "take", "step", "scope",
    "measures", "reason_of_correction", "capture_of_correction",
)  # fmt: skip
OTHERS: Final = ("battery", "rejected", "assays", "assay_pct", "seals_intact", "values")


def context_document() -> dict[str, Any]:
    """Return the JSON-LD context of our extension names, each with its type."""
    terms: dict[str, Any] = {PREFIX: NAMESPACE}
    for names, type_ in ((URIS, "@id"), (INTEGERS, f"{_XSD}integer"), (TIMES, f"{_XSD}dateTime")):
        for name in names:
            terms[f"{PREFIX}:{name}"] = {"@id": NAMESPACE + name, "@type": type_}
    for name in (*TEXTS, *OTHERS):
        terms[f"{PREFIX}:{name}"] = {"@id": NAMESPACE + name}
    return {"@context": terms}
