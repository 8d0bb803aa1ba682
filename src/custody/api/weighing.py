"""What does an asker accept, and how gladly? `Accept` and `Accept-Language` say it with weights.

As RFC 9110, 12.4.2 has it: 1 where nothing is said, and 0 means that it is not acceptable.
"""

from collections.abc import Iterator
from typing import Final

CHARACTERS_MAX: Final = 500
"""Characters of such a header that are read."""


def weighed(said: str) -> Iterator[tuple[str, float]]:
    """Yield what a header names, in small letters and its own order, each with its weight."""
    for part in said[:CHARACTERS_MAX].split(","):
        name, _, parameters = part.strip().lower().partition(";")
        yield name.strip(), _weight(parameters)


def weight(said: str, media_type: str) -> float:
    """Return from an `Accept` how gladly a media type is taken, from 0 to 1.

    What names it itself counts before what names all of its kind, and that before `*/*`.
    """
    weights = dict(weighed(said))
    kind, _, _ = media_type.partition("/")
    ranges = (media_type, f"{kind}/*", "*/*")
    return next((weights[one] for one in ranges if one in weights), 0.0)


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name.strip() == "q":
            try:
                found = float(value)
            except ValueError:
                return 0.0
            return found if 0 <= found <= 1 else 0.0
    return 1.0
