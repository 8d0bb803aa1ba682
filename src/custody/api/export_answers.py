"""What does an export look like that is made in the background?"""

from typing import Any

from custody.api.answers import Answer, Moment
from custody.exporting.jobs import State


class ExportFile(Answer):
    """A file that can be fetched, and a link that needs no key."""

    name: str
    bytes: int
    sha256: str
    url: str
    url_expires_at: Moment


class ExportJob(Answer):
    """An export: what was asked for, and how far it has come."""

    id: str
    state: State
    asked: dict[str, Any]
    position: int
    done: int
    total: int
    created_at: Moment
    finished_at: Moment | None
    expires_at: Moment | None
    file: ExportFile | None
    problem: str | None


class ExportJobs(Answer):
    """An asker's exports, the latest first."""

    items: list[ExportJob]
