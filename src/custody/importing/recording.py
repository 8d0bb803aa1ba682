"""How does a file become records of the ledger? All movements of a manifest, or none of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

import orjson

from custody.custodian import Contended, Custodian, Outcome, Posted, Request
from custody.decisions import Poster
from custody.events import (
    OrganisationRegistered,
    Registration,
    SiteRegistered,
    read_movement,
)
from custody.events.vocabulary import NAME_MAX
from custody.importing.before import Before, before
from custody.importing.emanifest import document, naming
from custody.importing.emanifest.manifest import Manifest
from custody.importing.emanifest.movements import Paper, Plan, plan
from custody.importing.emanifest.reading import read
from custody.importing.reports import Report, of_the_file, told
from custody.ledger import Ledger, Record
from custody.reading import Reading
from custody.terms import FieldError, Millis, Refused

POSTED_BY = "import"
"""Under this name, which no key has, an import stands in the ledger as the poster."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Whose the sites of an import are."""

    organisation: str
    name: str | None = None
    sites: Mapping[str, str] = field(default_factory=dict)
    """EPA id → the site of ours that it is."""


class Importer:
    """Records what files say, each on its own."""

    def __init__(self, ledger: Ledger, clock: Callable[[], Millis], parties: Parties) -> None:
        self._ledger = ledger
        self._clock = clock
        self._custodian = Custodian(ledger, clock)
        self._reading = Reading(ledger)
        self._parties = parties

    def check(self) -> None:
        """Refuse parties that nobody registered and that the import is not to register either."""
        self._reading.catch_up()
        registry = self._reading.registry
        uscc = self._parties.organisation
        if self._parties.name is None and registry.latest_organisation(uscc) is None:
            raise Refused("organisation_unknown", uscc=uscc)
        for site in self._parties.sites.values():
            if registry.latest_site(site) is None:
                raise Refused("site_unknown", site=site)

    def take(
        self, data: bytes, number: str | None = None, shipped_at: datetime | None = None
    ) -> Report:
        """Record one file, or say why not. `number` is for a manifest that bears none."""
        try:
            text = document.text_of(data)
        except Refused as refused:
            return Report("unreadable", "other", errors=(of_the_file(refused.code),))
        kind = document.kind_of(text)
        if kind != "manifest":
            return Report("not_a_manifest", kind)
        try:
            manifest = read(text)
            known = _number(manifest, number)
        except Refused as refused:
            return Report("invalid", errors=refused.errors or (of_the_file(refused.code),))
        digest = sha256(data).hexdigest()
        given = known or naming.provisional_number(digest)
        drawn = plan(manifest, Paper(given, digest, self._parties.sites, shipped_at))
        if drawn is None:
            return Report("not_shipped", number=known)
        return self._record(known, drawn)

    def _record(self, number: str | None, drawn: Plan) -> Report:
        earlier = before(self._ledger, drawn)
        if earlier.errors:
            return Report(
                "conflict", number=number, consignment=drawn.consignment, errors=earlier.errors
            )
        try:
            self._register(drawn)
            (answers,) = self._custodian.record([self._request(drawn, earlier)])
        except Contended:
            return Report("refused", number=number, errors=(of_the_file("contended"),))
        except Refused as refused:
            return Report("refused", number=number, errors=_because(refused, "--organisation"))
        return _reported(number, drawn, earlier, answers)

    def _request(self, drawn: Plan, earlier: Before) -> Request:
        """Hand in what is new, and what is known in the very bytes of its record."""
        now = self._clock()
        posted = []
        for draft in drawn.drafts:
            record: Record | None = earlier.records.get(draft.body["id"])
            data = orjson.dumps(draft.body) if record is None else record.data
            fact = read_movement(data)
            posted.append(Posted(fact, data, Poster(POSTED_BY, fact.site), now))
        return Request(posted, strict=True)

    def _register(self, drawn: Plan) -> None:
        """Register the sites that take part, and their organisation, unless they are known."""
        self._reading.catch_up()
        registry = self._reading.registry
        new = {site: name for site, name in drawn.names.items() if not registry.latest_site(site)}
        uscc, name = self._parties.organisation, self._parties.name
        if new and name is not None and registry.latest_organisation(uscc) is None:
            self._custodian.register(_organisation(uscc, name), POSTED_BY)
        for site, called in new.items():
            self._custodian.register(_external(site, called, uscc), POSTED_BY)


def _number(manifest: Manifest, said: str | None) -> str | None:
    """Return the tracking number that the manifest bears, or else the one that was named."""
    borne = manifest.manifest_tracking_number
    if borne and said and borne != said:
        raise Refused(
            "invalid_fields",
            told(
                "/manifestTrackingNumber",
                "number_differs",
                f"the manifest bears {borne}, and --number says {said}; leave --number out",
                f"联单编号为 {borne}，与 --number {said} 不同；请去掉 --number",
            ),
        )
    return borne or said


def _organisation(uscc: str, name: str) -> Registration:
    said = {"type": "organisation_registered", "uscc": uscc, "name": name}
    return OrganisationRegistered.model_validate_json(orjson.dumps(said))


def _external(site: str, name: str, organisation: str) -> Registration:
    called = "".join(c if c.isprintable() else " " for c in name).strip()[:NAME_MAX]
    said = {
        "type": "site_registered",
        "site": site,
        "kind": "external",
        "name": called or site,
        "division": naming.ABROAD,
        "organisation": organisation,
    }
    return SiteRegistered.model_validate_json(orjson.dumps(said))


def _reported(number: str | None, drawn: Plan, earlier: Before, answers: list[Outcome]) -> Report:
    errors: list[FieldError] = []
    recorded = 0
    advice = []
    for draft, answer in zip(drawn.drafts, answers, strict=True):
        if isinstance(answer, Refused):
            errors += _because(answer, draft.pointer)
        elif not answer.duplicate:
            recorded += 1
            advice += answer.receipt.remarks
    if errors:
        return Report("refused", number=number, consignment=drawn.consignment, errors=tuple(errors))
    return Report(
        "imported" if recorded else "duplicate",
        number=number,
        consignment=drawn.consignment,
        recorded=recorded,
        duplicates=len(answers) - recorded,
        remarks=(*drawn.remarks, *earlier.remarks),
        advice=tuple(advice),
    )


def _because(refused: Refused, pointer: str) -> tuple[FieldError, ...]:
    """Say where in the file lies what a movement of ours was refused for."""
    errors = refused.errors or (FieldError("", refused.code, refused.params),)
    return tuple(FieldError(pointer, error.code, error.params) for error in errors)
