"""What do answers in EPCIS look like? Their shape, for the document of the service."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from custody.api.answers import Answer, Problem
from custody.exchange.telling import Format
from custody.pushing.subscription import State

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


class _Linked(Answer):
    """Something in JSON-LD."""

    model_config = ConfigDict(populate_by_name=True)

    context: Any = Field(alias="@context")


class Event(Answer):
    """An event as its sender wrote it, with the id it was given and when it was recorded."""

    model_config = ConfigDict(extra="allow")

    type: str
    eventID: str  # noqa: N815 - as EPCIS names it
    recordTime: str  # noqa: N815 - as EPCIS names it


class ResultsBody(Answer):
    """The events of a page."""

    eventList: list[Event]  # noqa: N815 - as EPCIS names it


class QueryResults(Answer):
    """The answer to a query."""

    queryName: str  # noqa: N815 - as EPCIS names it
    resultsBody: ResultsBody  # noqa: N815 - as EPCIS names it


class QueryBody(Answer):
    """The body of a document that answers."""

    queryResults: QueryResults  # noqa: N815 - as EPCIS names it


class QueryDocument(_Linked):
    """Events that were found."""

    type: Literal["EPCISQueryDocument"]
    schemaVersion: str  # noqa: N815 - as EPCIS names it
    creationDate: str  # noqa: N815 - as EPCIS names it
    epcisBody: QueryBody  # noqa: N815 - as EPCIS names it


class Collection(_Linked):
    """Names: of resources, of EPCs, of places, of steps."""

    type: Literal["Collection"]
    member: list[str]


class Brought(Answer):
    """The movement that an event was read as: recorded, refused, or none at all, and why."""

    eventID: str  # noqa: N815 - as EPCIS names it
    movement: str | None = None
    status: Literal["recorded", "refused", "none"]
    position: int | None = None
    code: str | None = None


class CaptureJob(Answer):
    """How far a capture has come: once it runs no more, its events are found."""

    captureID: str  # noqa: N815 - as EPCIS names it
    createdAt: str  # noqa: N815 - as EPCIS names it
    finishedAt: str | None = None  # noqa: N815 - as EPCIS names it
    running: bool
    success: bool
    captureErrorBehaviour: Literal["rollback", "proceed"]  # noqa: N815 - as EPCIS names it
    errors: list[Problem]
    movements: list[Brought] = Field(default=[])


class NamedQuery(Answer):
    """A query with a name."""

    name: str
    query: dict[str, Any]


class QuerySubscription(Answer):
    """A subscription to a named query, and how it stands."""

    subscriptionID: str  # noqa: N815 - as EPCIS names it
    dest: str
    createdAt: str  # noqa: N815 - as EPCIS names it
    lastNotifiedAt: str | None = None  # noqa: N815 - as EPCIS names it
    stream: Literal[True] | None = None
    schedule: dict[str, str] | None = None
    reportIfEmpty: bool | None = None  # noqa: N815 - as EPCIS names it
    queryName: str  # noqa: N815 - as EPCIS names it
    epcFormat: Format  # noqa: N815 - as EPCIS names it
    state: State


class NamedQueries(Answer):
    """Queries with names."""

    queries: list[NamedQuery]
