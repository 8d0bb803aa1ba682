from tests.auditing.story import evidence
from tests.auditing.verifying import Auditor


def test_honest_evidence_is_whole_and_unchanged(auditor: Auditor) -> None:
    said = auditor.asks(evidence())
    assert (said.exit, said.errors, said.told["verdict"]) == (0, [], "whole")
