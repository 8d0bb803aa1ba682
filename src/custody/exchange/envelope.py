"""Where does each event of a document begin and end? Its bytes are its own slice.

Looked at before a capture is taken on; whether each event is sound, the capture itself says.
"""

import re
from typing import Final, Literal, NamedTuple

import msgspec
from msgspec import Raw

from custody.events.not_json import not_json
from custody.terms import FieldError, Refused

EVENTS_MAX: Final = 1_000
"""Events a document."""

DOCUMENT_BYTES_MAX: Final = 4 * 1024 * 1024
"""Bytes of a document, inflated."""


class _Results(msgspec.Struct):
    eventList: list[Raw]  # noqa: N815 - as EPCIS names it


class _Queried(msgspec.Struct):
    resultsBody: _Results  # noqa: N815 - as EPCIS names it


class _Body(msgspec.Struct):
    eventList: list[Raw] | None = None  # noqa: N815 - as EPCIS names it
    queryResults: _Queried | None = None  # noqa: N815 - as EPCIS names it


class _Header(msgspec.Struct):
    epcisMasterData: Raw = Raw()  # noqa: N815 - as EPCIS names it


class _Document(msgspec.Struct):
    type: Literal["EPCISDocument", "EPCISQueryDocument"]
    epcisBody: _Body  # noqa: N815 - as EPCIS names it


class _Headed(msgspec.Struct):
    epcisHeader: _Header | None = None  # noqa: N815 - as EPCIS names it


_document: Final = msgspec.json.Decoder(_Document).decode
_headed: Final = msgspec.json.Decoder(_Headed).decode


QUERY_DOCUMENT: Final = "EPCISQueryDocument"
"""What a document is that holds another repository's answer."""


class Cut(NamedTuple):
    """What kind of document it is, and its events, each in its own bytes."""

    type: str
    events: list[bytes]


def events_in(body: bytes) -> Cut:
    """Cut a document into its events. Raises Refused for what is none, or has too many."""
    if len(body) > DOCUMENT_BYTES_MAX:
        raise Refused("epcis_too_large", bytes=DOCUMENT_BYTES_MAX)
    try:
        document = _document(body)
    except msgspec.ValidationError as error:
        raise Refused("epcis_invalid", _wrong(str(error))) from error
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise not_json(body) from error
    found = document.epcisBody
    if document.type == QUERY_DOCUMENT and found.queryResults is not None:
        listed: list[Raw] | None = found.queryResults.resultsBody.eventList
    else:
        listed = found.eventList
    if listed is None:
        raise Refused("epcis_invalid", FieldError("/epcisBody/eventList", "required"))
    if len(listed) > EVENTS_MAX:
        raise Refused("epcis_too_many_events", max=EVENTS_MAX)
    return Cut(document.type, [bytes(one) for one in listed])


def _wrong(complaint: str) -> FieldError:
    """Say in our words where the decoder found no document: it says so in English alone."""
    _, _, place = complaint.partition(" - at `$")
    pointer = place.removesuffix("`").replace(".", "/")
    lacks = re.match(r"Object missing required field `(\w+)`", complaint)
    if lacks:
        return FieldError(f"{pointer}/{lacks[1]}", "required")
    return FieldError(pointer, "not_a_document")


def master_data_in(body: bytes) -> bytes | None:
    """Cut the master data out of the header of a sound document, if there are any."""
    header = _headed(body).epcisHeader
    return None if header is None else bytes(header.epcisMasterData) or None
