"""How does a decision say that the books disagree, when the fact is recorded all the same?"""

from dataclasses import dataclass, field
from typing import Any, Literal

from custody.terms import Subject

Severity = Literal["low", "medium", "high", "critical"]

KINDS: dict[str, "Advice"] = {}
"""Every kind of remark there is, by its stable code: filled by the decisions that make them."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Advice given at recording and stored with the record."""

    code: str
    severity: Severity
    subjects: tuple[Subject, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Advice:
    """A kind of remark: its code, how bad it is, and what it tells people in their language."""

    code: str
    severity: Severity
    zh: str
    en: str

    def __post_init__(self) -> None:
        assert self.code not in KINDS, f"two kinds of remark are called {self.code}"
        KINDS[self.code] = self

    def __call__(self, *subjects: Subject, **params: Any) -> Remark:
        """Make the remark on these subjects, with the particulars that its text names."""
        return Remark(self.code, self.severity, subjects, params)
