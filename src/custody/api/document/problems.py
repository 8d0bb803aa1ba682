"""Which problems can each operation answer with? The document lists every one of them.

What a route alone can answer it declares itself (`problems("book_too_long")`). What follows from
what an operation takes follows from that here: whoever has a `cursor` can have a wrong one. Any
other kind of problem is listed wherever its status is declared, so that none is left out.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from custody.api import bodies, safeguards, slices
from custody.api.problems import MEDIA_TYPE, body
from custody.api.refusals import KINDS
from custody.api.routes import DECLARED, DESCRIPTIONS, PROBLEM
from custody.books.asking import DAYS_MAX
from custody.books.book import ROWS_MAX
from custody.exchange.envelope import DOCUMENT_BYTES_MAX, EVENTS_MAX
from custody.exchange.queries import QUERIES_MAX
from custody.exporting.jobs import JOBS_MAX
from custody.limits.in_flight import IN_FLIGHT_MAX, STREAMS_MAX
from custody.pushing.keeping import SUBSCRIPTIONS_MAX
from custody.terms import Refused
from custody.vault.vault import SITES_MAX

Operation = dict[str, Any]

EXAMPLE: Final = "#/components/examples/{}"

NUMBERS: Final[dict[str, dict[str, Any]]] = {
    "book_too_long": {"rows": ROWS_MAX + 1, "max": ROWS_MAX},
    "evidence_inconsistent": {"position": 60},
    "headers_too_large": {"bytes": safeguards.HEADER_BYTES_MAX},
    "invalid_span": {"days": DAYS_MAX},
    "movement_too_large": {"bytes": slices.MOVEMENT_BYTES_MAX},
    "epcis_event_redacted": {"position": 60},
    "epcis_not_served": {"what": "EPCIS 2.0, CBV 2.0"},
    "epcis_query_too_large": {"max": 100},
    "epcis_too_large": {"bytes": DOCUMENT_BYTES_MAX},
    "epcis_too_many_events": {"max": EVENTS_MAX},
    "epcis_too_many_queries": {"max": QUERIES_MAX},
    "numbers_exhausted": {"left": 12},
    "query_too_long": {"bytes": safeguards.TARGET_BYTES_MAX},
    "too_large": {"bytes": bodies.BODY_BYTES_MAX},
    "too_many_exports": {"max": JOBS_MAX},
    "too_many_in_flight": {"max": IN_FLIGHT_MAX},
    "too_many_movements": {"max": slices.MOVEMENTS_MAX},
    "too_many_sites": {"max": SITES_MAX},
    "too_many_streams": {"max": STREAMS_MAX},
    "too_many_subscriptions": {"max": SUBSCRIPTIONS_MAX},
    "unsupported_media_type": {"accepted": bodies.JSON},
}
"""What the sentences of some problems tell beside their words."""

NEVER: Final = frozenset(
    {
        "method_not_allowed", "not_acceptable", "organisation_unknown",
        "export_needs_extra", "export_unwritable", "export_no_room",
    }
)  # fmt: skip
"""Of no operation: there is none of that method, what is imported is not asked over HTTP, and why
an export failed is told in its state."""


def _always(_: Operation) -> bool:
    return True


def _shows_who_asks(operation: Operation) -> bool:
    return "security" in operation


def _has_a_body(operation: Operation) -> bool:
    return "requestBody" in operation


def _names_something(operation: Operation) -> bool:
    """Whether it is about a part of the network, which may not be the asker's."""
    return "security" in operation and bool(operation.get("parameters") or _has_a_body(operation))


def _takes(*names: str) -> Callable[[Operation], bool]:
    def takes(operation: Operation) -> bool:
        return {*names} <= {one["name"] for one in operation.get("parameters", ())}

    return takes


RULES: Final[dict[str, Callable[[Operation], bool]]] = {
    "internal": _always,
    "query_too_long": _always,
    "headers_too_large": _always,
    "unauthenticated": _shows_who_asks,
    "two_identities": _shows_who_asks,
    "proxy_not_trusted": _shows_who_asks,
    "forbidden": _shows_who_asks,
    "rate_limited": _shows_who_asks,
    "too_many_in_flight": _shows_who_asks,
    "not_your_site": _names_something,
    "out_of_scope": _names_something,
    "not_there_yet": _takes("at_least"),
    "cursor_invalid": _takes("cursor"),
    "epcis_token_invalid": _takes("nextPageToken"),
    "invalid_span": _takes("from", "to"),
    "invalid_json": _has_a_body,
    "name_twice": _has_a_body,
    "invalid_encoding": _has_a_body,
    "too_large": _has_a_body,
    "unsupported_media_type": _has_a_body,
    "invalid_fields": _has_a_body,
}
"""Kinds of problems that follow from what an operation takes."""


def list_problems(document: dict[str, Any]) -> None:
    """Write into a document which problems each of its operations can answer with."""
    operations = [one for path in document["paths"].values() for one in path.values()]
    named = {code for one in operations for code in _declared(one)} - RULES.keys()
    for operation in operations:
        own = {*_declared(operation)}
        codes = [code for code in KINDS if code in own or _follows(code, operation, named)]
        _write(operation, codes)
    examples = document["components"].setdefault("examples", {})
    examples.update({code: _example(code) for code in KINDS if code not in NEVER})


def documented(operation: Operation) -> frozenset[str]:
    """Return the codes of the problems that a document lists for an operation."""
    return frozenset(
        code
        for answer in operation["responses"].values()
        for code in answer.get("content", {}).get(MEDIA_TYPE, {}).get("examples", ())
    )


def _declared(operation: Operation) -> Iterator[str]:
    for answer in operation["responses"].values():
        yield from answer.get(DECLARED, ())


def _follows(code: str, operation: Operation, named: set[str]) -> bool:
    if code in NEVER or code in named:
        return False
    rule = RULES.get(code)
    if rule is not None:
        return rule(operation)
    return str(KINDS[code].status) in operation["responses"]


def _write(operation: Operation, codes: list[str]) -> None:
    answers = operation["responses"]
    for code in codes:
        status = KINDS[code].status
        description = DESCRIPTIONS[status]
        problem = {"description": description, "content": {MEDIA_TYPE: {**PROBLEM}}}
        answer = answers.setdefault(str(status), problem)
        listed = answer["content"][MEDIA_TYPE].setdefault("examples", {})
        listed[code] = {"$ref": EXAMPLE.format(code)}
    for answer in answers.values():
        answer.pop(DECLARED, None)
        told = answer.get("content", {}).get(MEDIA_TYPE, {}).get("examples")
        if told:
            answer["description"] += f": {', '.join(f'`{code}`' for code in told)}"
    operation["responses"] = dict(sorted(answers.items()))


def _example(code: str) -> dict[str, Any]:
    """Show a problem as it is told in English, and say in Chinese what it is."""
    kind = KINDS[code]
    value = body(Refused(code, **NUMBERS.get(code, {})), "en", "01-example")
    return {"summary": f"{kind.en} · {kind.zh}", "value": value}
