"""Whose tokens tell who a person is?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issuer:
    """An identity provider: its name, for whom its tokens must be, and where its keys are."""

    name: str
    audience: str
    keys: str
    """A file, or an address."""
