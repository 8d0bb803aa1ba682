"""What stands around events: a document, its master data, and the answer to a question?"""

from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from custody.epcis.fields import Number, Text, Time, Uri

_open = with_config(ConfigDict(strict=True, extra="allow"))

Version = Annotated[str, Field(pattern=r"^2(\.[0-9]+)*$", max_length=16)]


@_open
class Attribute(TypedDict):
    """One thing that is known of a place, a party or a class of things."""

    id: Uri
    attribute: NotRequired[Number | Text | dict[str, Any]]


@_open
class VocabularyElement(TypedDict):
    """What is known of one place, party or class of things."""

    id: Uri
    attributes: NotRequired[list[Attribute]]
    children: NotRequired[list[Uri]]


@_open
class Vocabulary(TypedDict):
    """Master data of one kind."""

    type: Uri
    vocabularyElementList: NotRequired[list[VocabularyElement]]


@_open
class MasterData(TypedDict):
    """Master data of every kind."""

    vocabularyList: NotRequired[list[Vocabulary]]


MASTER_DATA: Final = TypeAdapter(MasterData)


@_open
class Header(TypedDict):
    """Master data that come along."""

    epcisMasterData: NotRequired[MasterData]


@_open
class Body(TypedDict):
    """The events, each read by itself."""

    eventList: list[Any]


@_open
class Document(TypedDict):
    """What stands around the events."""

    type: Literal["EPCISDocument"]
    id: NotRequired[Uri]
    schemaVersion: Version
    creationDate: Time
    instanceIdentifier: NotRequired[Text]
    sender: NotRequired[Text]
    receiver: NotRequired[Text]
    epcisHeader: NotRequired[Header]
    epcisBody: Body


DOCUMENT: Final = TypeAdapter(Document)
DOCUMENT_NAMES: Final = frozenset({"@context", *Document.__annotations__})


@_open
class ResultsBody(TypedDict):
    """What was found."""

    eventList: list[Any]


@_open
class QueryResults(TypedDict):
    """What was asked, and what was found."""

    queryName: Text
    subscriptionID: NotRequired[Text]
    resultsBody: ResultsBody


@_open
class AnswerBody(TypedDict):
    """The answer to one question."""

    queryResults: QueryResults


@_open
class Answer(TypedDict):
    """What stands around the events that a repository answers with."""

    type: Literal["EPCISQueryDocument"]
    id: NotRequired[Uri]
    schemaVersion: NotRequired[Version]
    creationDate: NotRequired[Time]
    epcisBody: AnswerBody


ANSWER: Final = TypeAdapter(Answer)
