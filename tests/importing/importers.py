"""How does a test import something, and see what came of it?"""

import json
from datetime import UTC, datetime
from typing import Any

from custody.importing.recording import Importer, Parties
from custody.importing.reports import Report
from custody.ledger import Ledger
from custody.terms import millis
from tests import given
from tests.importing.manifests import written

NOW = millis(datetime(2026, 3, 9, tzinfo=UTC))


def importer_of(ledger: Ledger, **said: Any) -> Importer:
    parties = Parties(**{"organisation": given.collector, "name": "EPA", **said})
    return Importer(ledger, lambda: NOW, parties)


def take(importer: Importer, value: dict[str, Any], **how: Any) -> Report:
    return importer.take(written(value), **how)


def codes(report: Report) -> set[str]:
    return {remark.code for remark in report.remarks} | {one["code"] for one in report.advice}


def records(ledger: Ledger, type_: str) -> list[Any]:
    return [json.loads(one.data) for one in ledger.since(0, 10_000) if one.type == type_]
