"""What does an auditor see of a battery when some of its facts were destroyed?"""

import json
from typing import Any

import pytest

from custody import history
from custody.auditing import custody_verify
from custody.events import Movement
from custody.ledger import Entry, Ledger
from custody.log import evidence
from tests.given import other, pack
from tests.log.destroyed import (
    WHY,
    arrived,
    closed,
    destroy_unsaid,
    drop_off,
    judged,
    redact,
    sent,
    store_,
)
from tests.log.sealing import NOW


@pytest.mark.parametrize("fact", [drop_off, store_, sent, arrived])
def test_the_evidence_of_its_batteries_is_whole_and_says_redacted(
    week: Ledger, fact: Movement
) -> None:
    (place,) = redact(week, fact)
    report = judged(closed(week))
    assert report.errors == []
    for lang, mark in (("en", "redacted"), ("zh", "已销毁")):
        told = custody_verify.tell(report, "", lang)
        assert told["verdict"] == "whole"
        assert [one["index"] for one in told["facts"] if one["body"] == "redacted"] == [place - 1]
        assert mark in custody_verify.as_text(told, lang)
    assert judged(week, other).errors == []


def announced(report: custody_verify.Report) -> list[dict[str, Any]]:
    """Return what the verifier tells of announcements, in the order of the facts."""
    told = custody_verify.tell(report, "", "en")["facts"]
    return [one["redaction"] for one in told if one["redaction"]]


def test_the_evidence_tells_who_announced_it_when_and_why(week: Ledger) -> None:
    redact(week, drop_off, sent)
    report = judged(closed(week))
    positions = [one.position for one in week.since(0, 99, types=["redaction"])]
    told = announced(report)
    assert [one["position"] for one in told] == positions
    for one in told:
        assert (one["posted_by"], one["reason"], one["case"]) == (
            "custody redact",
            WHY.reason,
            WHY.case,
        )


def test_the_announcement_of_what_concerned_many_names_none_of_them(week: Ledger) -> None:
    redact(week, sent, arrived)
    codes = history.read(closed(week), pack).codes
    bundle = evidence.bundle(week, pack, codes, evidence.no_body, NOW)
    assert len(bundle["redactions"]) == 2
    written = json.dumps(bundle)
    for said in (other, other.rpartition(":")[2], sent.consignment):
        assert said not in written


def test_no_evidence_is_handed_out_before_the_announcement_is_published(week: Ledger) -> None:
    redact(week, store_)
    with pytest.raises(evidence.Unpublished):
        judged(week)
    assert judged(week, other).errors == []
    assert judged(closed(week)).errors == []


def test_what_is_destroyed_without_a_word_is_found_by_the_auditor_too(week: Ledger) -> None:
    destroy_unsaid(week, store_)
    assert [one.code for one in judged(week).errors] == ["redaction_untold"]
    assert judged(week, other).errors == []


def test_of_two_announcements_the_first_counts(week: Ledger) -> None:
    redact(week, store_)
    (first,) = week.since(0, 99, types=["redaction"])
    later = Entry(first.type, first.version, first.data, first.subjects, "somebody else")
    week.append([later], now=NOW)
    told = announced(judged(closed(week)))
    assert [one["position"] for one in told] == [first.position]
