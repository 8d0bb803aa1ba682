"""What is aboard, and may it travel as it is declared and packed?"""

from collections.abc import Iterator

from custody import codes
from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import Seen, subjects
from custody.decisions.soundness import must_be_kept_as
from custody.events import Dispatched
from custody.events.vocabulary import StorageClass
from custody.terms import FieldError, Refused

SODIUM_ION = frozenset({"3551", "3552"})
"""Sodium-ion batteries travel under numbers of their own (ADR 2025), and lithium-ion under none."""

CLASSES: tuple[StorageClass, ...] = ("normal", "damaged", "defective")

UN_NOT_LISTED = Advice(
    "un_not_listed",
    "critical",
    "UN {un_number} 不在本链条允许的编号之列；锂离子电池通常为 UN 3480。",
    "UN {un_number} is not one of this chain's numbers; lithium-ion batteries are UN 3480 as a "
    "rule.",
)
UN_OF_ANOTHER_KIND = Advice(
    "un_of_another_kind",
    "high",
    "{pieces} 块电池的化学体系与 UN {un_number} 不符：锂离子与钠离子电池编号不同。",
    "{pieces} of the batteries are not of the chemistry of UN {un_number}: lithium-ion and "
    "sodium-ion have different numbers.",
)
PACKING_UNFIT = Advice(
    "packing_unfit",
    "critical",
    "{pieces} 块电池不适用包装导则 {packing_instruction}：完好、破损、缺陷电池的包装各不相同。",
    "{packing_instruction} does not fit {pieces} of the batteries: sound, damaged and defective "
    "ones are packed differently.",
)
NOT_TREATED = Advice(
    "must_be_treated",
    "critical",
    "{pieces} 块电池检测后须先处置，至今无处置记录，不得包装运输。",
    "{pieces} of the batteries were to be made safe and never were: they must not be packed.",
)


def refuse_lead_acid(fact: Dispatched) -> None:
    """Refuse a lead-acid number: such goods are hazardous waste, and belong to other books."""
    if fact.un_number is not None:
        try:
            codes.un_number(fact.un_number)
        except codes.CodeError as error:
            particulars = {"detail": error.detail, "detail_zh": error.detail_zh}
            raise Refused(
                "invalid_fields", FieldError("/un_number", error.code, particulars)
            ) from error


def remarks(fact: Dispatched, batteries: Seen) -> Iterator[Remark]:
    """Remark on a number or a package that does not fit what is aboard, and on what is unsafe."""
    if fact.un_number is not None:
        yield from _declared(fact.un_number, batteries)
    if fact.packing_instruction is not None:
        yield from _packed(fact.packing_instruction, batteries)
    untreated = [ref for ref, battery in batteries if battery["must_treat"]]
    if untreated:
        yield NOT_TREATED(*subjects(untreated), pieces=len(untreated))


def _declared(un_number: str, batteries: Seen) -> Iterator[Remark]:
    if not codes.is_listed(un_number):
        found = subjects(ref for ref, _ in batteries)
        yield UN_NOT_LISTED(*found, un_number=un_number)
        return
    for_sodium = un_number in SODIUM_ION
    others = [
        ref
        for ref, battery in batteries
        if battery["chemistry"] != "unknown"
        and (battery["chemistry"] == "sodium_ion") != for_sodium
    ]
    if others:
        yield UN_OF_ANOTHER_KIND(*subjects(others), pieces=len(others), un_number=un_number)


def _packed(instruction: str, batteries: Seen) -> Iterator[Remark]:
    unfit = {one for one in CLASSES if not codes.fits(one, instruction)}
    found = [ref for ref, battery in batteries if must_be_kept_as(battery) in unfit]
    if found:
        yield PACKING_UNFIT(*subjects(found), pieces=len(found), packing_instruction=instruction)
