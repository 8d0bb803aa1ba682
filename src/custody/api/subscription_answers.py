"""What is wanted of a subscription, and what is told of it?"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from custody.api.answers import Answer, Moment
from custody.api.language import Language
from custody.api.refusals.pushing import REASONS
from custody.api.routes import when
from custody.events import BY_TYPE
from custody.events.vocabulary import INTEGER_MAX, BatteryRef, SiteId
from custody.feed import Envelope
from custody.pushing import Subscription
from custody.pushing.addresses import URL_MAX
from custody.pushing.answers import Answered
from custody.pushing.events import query_of
from custody.pushing.subscription import EPCIS, Form, State
from custody.terms import FieldError, Position, Refused, rfc3339

Type = Annotated[str, WithJsonSchema({"type": "string", "enum": [*BY_TYPE]})]
Count = Annotated[int, Field(ge=0, le=INTEGER_MAX)]


class SubscriptionWanted(BaseModel):
    """What is to be told, to whom, and from where on."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    url: str = Field(pattern=r"^https?://", max_length=URL_MAX)
    types: tuple[Type, ...] = Field(default=(), max_length=len(BY_TYPE))
    site: SiteId | None = None
    division: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None
    battery: BatteryRef | None = None
    envelope: Envelope = "item"
    after: Count | None = None

    def known(self) -> "SubscriptionWanted":
        """Return it if there are facts of the types that it names. Raises Refused."""
        for place, name in enumerate(self.types):
            if name not in BY_TYPE:
                listed = {"expected": ", ".join(BY_TYPE)}
                raise Refused(
                    "invalid_fields", FieldError(f"/types/{place}", "not_in_list", listed)
                )
        return self


class ReplayWanted(BaseModel):
    """What is to be told again: all past a position, or what was refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    after: Count | None = None
    dead_letters: Literal[True] | None = None

    def one(self, head: Position) -> "ReplayWanted":
        """Return it if it says one of the two, and no position to come. Raises Refused."""
        if (self.after is None) == (self.dead_letters is None):
            told = {
                "detail": "Give either after or dead_letters, and not both.",
                "detail_zh": "after 与 dead_letters 须给出其一，且只给一个。",
            }
            raise Refused("invalid_fields", FieldError("/after", "one_of_these", told))
        if self.after is not None and self.after > head:
            raise Refused("invalid_fields", FieldError("/after", "too_big", {"bound": head}))
        return self


class SubscriptionReason(Answer):
    """Why a subscription is no longer active."""

    code: str
    detail: str


class LastAnswer(Answer):
    """What a receiver answered last."""

    at: Moment
    status: int | None
    said: str | None


class SubscriptionTold(Answer):
    """A subscription, and how it stands."""

    id: str
    key: str
    url: str
    types: list[str]
    site: str | None
    division: str | None
    battery: str | None
    envelope: Form
    query: str | None
    created_at: Moment
    state: State
    reason: SubscriptionReason | None
    cursor: int
    lag: int
    failures: int
    next_attempt_at: Moment | None
    last_answer: LastAnswer | None


class SubscriptionMade(SubscriptionTold):
    """A subscription and its secret, which is told this once."""

    secret: str


class SubscriptionRemoved(Answer):
    """A subscription that is no more."""

    subscription: str
    status: Literal["deleted"]


class SubscriptionReplayed(SubscriptionTold):
    """A subscription that tells again."""

    dead_letters: int


class TrialDelivery(Answer):
    """What came of a test delivery."""

    id: str
    taken: bool
    status: int | None
    said: str
    took_ms: int


class DeadLetter(Answer):
    """A fact that the receiver refused for good."""

    position: int
    died_at: Moment
    status: int | None
    said: str | None
    again: bool


def told(one: Subscription, head: Position, language: Language) -> dict[str, Any]:
    """Tell a subscription."""
    alike = ("id", "key", "url", "site", "division", "battery", "envelope", "state", "cursor")
    return {
        **{name: getattr(one, name) for name in alike},
        "types": one.types.split(",") if one.types else [],
        "query": query_of(one).name if one.envelope == EPCIS else None,
        "created_at": rfc3339(one.created_at),
        "reason": None if one.reason is None else _why(one.reason, language),
        "lag": max(0, head - one.cursor),
        "failures": one.failures,
        "next_attempt_at": when(one.next_at),
        "last_answer": None
        if one.answered_at is None
        else {"at": rfc3339(one.answered_at), "status": one.status, "said": one.answer},
    }


def tried(id_: str, answered: Answered) -> dict[str, Any]:
    """Tell what came of a test delivery."""
    return {
        "id": id_,
        "taken": answered.meaning == "taken",
        "status": answered.status,
        "said": answered.said,
        "took_ms": answered.took,
    }


def dead(row: Any) -> dict[str, Any]:
    """Tell a dead letter."""
    return {
        "position": row.position,
        "died_at": rfc3339(row.died_at),
        "status": row.status,
        "said": row.answer,
        "again": row.again is not None,
    }


def _why(reason: str, language: Language) -> dict[str, str]:
    zh, en = REASONS[reason]
    return {"code": reason, "detail": zh if language == "zh" else en}
