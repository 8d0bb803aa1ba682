"""What of a manifest does the ledger have already, and does the file say the same?"""

from collections.abc import Iterator, Mapping, Sequence
from json import loads
from typing import Any, NamedTuple

import orjson

from custody.decisions.any_movement import same_json
from custody.events import Movement, TakingBack, decode
from custody.events.fact import type_ranks
from custody.events.journey import effective
from custody.importing.emanifest.movements import Draft, Plan
from custody.importing.remarks import Remark
from custody.importing.reports import told
from custody.ledger import Ledger, Record
from custody.terms import FieldError

UNCOMPARED = frozenset({"attachments", "note"})
"""What another edition of the file may say otherwise, of the same movement."""


class Before(NamedTuple):
    """What was recorded of a manifest before this."""

    records: Mapping[str, Record]
    """By movement id."""
    errors: tuple[FieldError, ...]
    remarks: tuple[Remark, ...]


def before(ledger: Ledger, plan: Plan) -> Before:
    """Look up what is recorded of a manifest; errors say where the file speaks otherwise."""
    drafts = {draft.body["id"]: draft for draft in plan.drafts}
    past = ledger.read(
        [
            f"consignment:{plan.consignment}",
            *(f"movement:{id_}" for id_ in drafts),
            *(f"battery:{ref}" for ref in plan.items),
        ]
    )
    moved = [record for record in past.records if record.type in type_ranks]
    by_id = {record.subjects[0].removeprefix("movement:"): record for record in moved}
    records = {id_: by_id[id_] for id_ in drafts if id_ in by_id}
    facts = [decode(one.type, one.version, one.data) for one in moved]
    put_right = {fact.target for fact in facts if isinstance(fact, TakingBack)}
    errors = [*_happened_otherwise(plan, drafts, facts)]
    remarks: dict[str, Remark] = {}
    for id_, record in records.items():
        draft, known = drafts[id_].body, loads(record.data)
        if id_ not in put_right:  # somebody has seen to it since, and their word counts
            errors += _said_otherwise(drafts[id_], known)
        if draft["attachments"] != known.get("attachments"):
            for edition in known.get("attachments", ()):
                remarks[edition["sha256"]] = Remark("other_edition", {"sha256": edition["sha256"]})
    return Before(records, tuple(errors), tuple(remarks.values()))


def _happened_otherwise(
    plan: Plan, drafts: Mapping[str, Draft], facts: Sequence[Movement]
) -> Iterator[FieldError]:
    """Find what the file tells of too, and was recorded for another instant: it happened once.

    What a site of ours has told of itself stands beside the file, but that a consignment left.
    """
    happenings = {_happening(draft.body): draft for draft in plan.drafts}
    for fact in effective(facts):
        draft = happenings.get(_happening(fact.model_dump(mode="json", by_alias=True)))
        told_twice = fact.capture == "imported" or fact.type == "dispatch"
        if draft is not None and fact.id not in drafts and told_twice:
            then, now = fact.occurred_at.isoformat(), draft.body["occurred_at"]
            yield told(
                draft.pointer,
                "happened_otherwise",
                f"{fact.type} {fact.id} was recorded for {then}, and the file says {now}; void "
                "that one if it is wrong, then import again",
                f"{fact.type} {fact.id} 此前记录的时刻为 {then}，文件为 {now}；"
                "如该记录有误，请先作废，再重新导入",
            )


def _happening(body: Mapping[str, Any]) -> tuple[Any, ...]:
    """Say what a movement is of all that happens to a consignment, whenever it was."""
    match body["type"]:
        case "drop_off":
            return "drop_off", body["battery"]["code"]
        case "dispatch":
            return "dispatch", body["consignment"]
        case "hand_on":
            return "hand_on", body["consignment"], body["from_carrier"], body["to_carrier"]
        case "receive":
            return "receive", body["consignment"], body["site"]
    return (body["type"],)


def _said_otherwise(draft: Draft, known: Mapping[str, Any]) -> Iterator[FieldError]:
    """Find the fields that were recorded with other values under the movement's id."""
    for name in sorted((draft.body.keys() | known.keys()) - UNCOMPARED):
        if not same_json(orjson.dumps(draft.body.get(name)), orjson.dumps(known.get(name))):
            yield told(
                draft.pointer,
                "recorded_otherwise",
                f"{draft.body['type']} {draft.body['id']} was recorded with another {name}, "
                "which stands; correct or void it if it is wrong, then import again",
                f"{draft.body['type']} {draft.body['id']} 此前记录的 {name} 与文件不同；"
                "已有记录保持不变；如有误请先更正或作废，再重新导入",
            )
