"""Which language does the asker read?

English unless Chinese is asked for before it: programs ask for nothing, and people who debug them
read English.
"""

from functools import lru_cache
from typing import Literal

Language = Literal["zh", "en"]
DEFAULT: Language = "en"


@lru_cache(maxsize=256)
def choose(accept_language: str) -> Language:
    """Choose by `Accept-Language` with its weights; of equal ones the first counts."""
    best: Language = DEFAULT
    best_weight = 0.0
    for part in accept_language[:500].split(","):
        name, _, parameters = part.strip().lower().partition(";")
        language = _language(name.strip())
        weight = _weight(parameters)
        if language is not None and weight > best_weight:
            best, best_weight = language, weight
    return best


def _language(name: str) -> Language | None:
    primary = name.split("-", maxsplit=1)[0]
    if primary == "zh":
        return "zh"
    if primary == "en":
        return "en"
    return DEFAULT if primary == "*" else None


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0.0
            return weight if 0 <= weight <= 1 else 0.0
    return 1.0
