"""Who carries a consignment, and in what?"""

from collections.abc import Iterator

from custody import codes
from custody.decisions.advice import Advice, Remark
from custody.state.registry import Registry
from custody.terms import Millis, Subject

CARRIER_UNKNOWN = Advice(
    "carrier_unknown",
    "critical",
    "承运方 {carrier} 未登记。",
    "The carrier {carrier} is not registered.",
)
CARRIER_SUSPENDED = Advice(
    "carrier_suspended",
    "high",
    "承运方 {carrier} 在该时刻未处于启用状态。",
    "The carrier {carrier} was not active at that time.",
)
LEGACY_CREDIT_CODE = Advice(
    "legacy_credit_code",
    "low",
    "承运方代码 {carrier} 属早期试点代码，校验码无法核验；请查证其现行代码。",
    "The carrier's credit code {carrier} is of the early pilot, whose check character proves "
    "nothing; look up the one it has now.",
)
PLATE_MALFORMED = Advice(
    "plate_malformed",
    "low",
    "车牌号 {vehicle} 不符合号牌规则；请核对。",
    "{vehicle} is no number plate; check it.",
)


def remarks(
    carrier: str, vehicle: str | None, about: Subject, registry: Registry, at: Millis
) -> Iterator[Remark]:
    """Remark on a carrier that nobody knows or that was not active, and on its vehicle's plate."""
    party = f"organisation:{carrier}"
    if registry.latest(party) is None:
        yield CARRIER_UNKNOWN(party, carrier=carrier)
    elif not registry.is_active(party, at):
        yield CARRIER_SUSPENDED(party, carrier=carrier)
    if codes.is_legacy_uscc(carrier):
        yield LEGACY_CREDIT_CODE(party, carrier=carrier)
    if vehicle is not None and not _is_plate(vehicle):
        yield PLATE_MALFORMED(about, vehicle=vehicle)


def _is_plate(text: str) -> bool:
    try:
        codes.plate(text)
    except codes.CodeError:
        return False
    return True
