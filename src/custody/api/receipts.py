"""How is a movement's poster told what became of it?"""

from typing import Any

from orjson import loads

from custody.api.field_texts import fill
from custody.api.language import Language
from custody.api.problems import body
from custody.custodian import Outcome, Posted, Receipt, Recorded
from custody.decisions import KINDS
from custody.terms import FieldError, Refused, rfc3339

ID_SHOWN_MAX = 64


def receipt(told: Receipt, status: str, language: Language) -> dict[str, Any]:
    """Tell where a movement stands, and what was remarked when it was recorded."""
    return {
        "id": told.id,
        "status": status,
        "position": told.position,
        "recorded_at": rfc3339(told.recorded_at),
        "remarks": [remark(one, language) for one in told.remarks],
    }


def remark(stored: dict[str, Any], language: Language) -> dict[str, Any]:
    """Tell a remark in the asker's language; what is stored with the record are its particulars."""
    kind = KINDS.get(stored["code"])
    detail = (
        "" if kind is None else fill(kind.zh if language == "zh" else kind.en, stored["params"])
    )
    return {
        "code": stored["code"],
        "severity": stored["severity"],
        "detail": detail,
        "subjects": stored["subjects"],
    }


def status(recorded: Recorded) -> str:
    """Name what became of a movement that is in the ledger."""
    return "duplicate" if recorded.duplicate else "recorded"


def result(posted: Posted, outcome: Outcome, language: Language, request_id: str) -> dict[str, Any]:
    """Tell what became of one movement among many."""
    if isinstance(outcome, Recorded):
        return receipt(outcome.receipt, status(outcome), language)
    told: dict[str, Any] = {"status": "refused", "problem": body(outcome, language, request_id)}
    id_ = _id(posted)
    return told if id_ is None else {"id": id_, **told}


def refused_batch(outcomes: list[Outcome]) -> Refused | None:
    """Gather every problem of a request that is recorded whole or not at all."""
    errors: list[FieldError] = []
    for index, outcome in enumerate(outcomes):
        if isinstance(outcome, Refused):
            own = outcome.errors or (FieldError("", outcome.code, outcome.params),)
            errors.extend(FieldError(f"/{index}{one.pointer}", one.code, one.params) for one in own)
    return Refused("batch_refused", *errors) if errors else None


def _id(posted: Posted) -> str | None:
    """Return the id that a movement claims, though it may be no movement at all."""
    try:
        said = loads(posted.data)
    except ValueError:
        return None
    id_ = said.get("id") if isinstance(said, dict) else None
    return id_ if isinstance(id_, str) and len(id_) <= ID_SHOWN_MAX else None
