"""What does an export look like that is made in the background?"""

from typing import Any

from pydantic import Field

from custody.api.answers import Answer, Moment
from custody.exporting.jobs import State


class ExportFile(Answer):
    """A file that can be fetched, and a link that needs no key."""

    name: str
    bytes: int
    sha256: str
    url: str = Field(description="Relative to this service; good until `url_expires_at`.")
    url_expires_at: Moment


class ExportJob(Answer):
    """An export: what was asked for, and how far it has come."""

    id: str
    state: State
    asked: dict[str, Any] = Field(description="What was asked for, with what was left open.")
    position: int = Field(description="Up to where it tells the ledger.")
    done: int
    total: int
    created_at: Moment
    finished_at: Moment | None
    expires_at: Moment | None = Field(description="When the file, and the export, will be gone.")
    file: ExportFile | None
    problem: str | None = Field(description="Why it failed, as the code of a problem.")


class ExportJobs(Answer):
    """An asker's exports, the latest first."""

    items: list[ExportJob]
