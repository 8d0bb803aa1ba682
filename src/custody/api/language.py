"""Which language does the asker read?

English unless Chinese is asked for before it: programs ask for nothing, and people who debug them
read English.
"""

from functools import lru_cache
from typing import Literal

from custody.api.weighing import weighed

Language = Literal["zh", "en"]
DEFAULT: Language = "en"


@lru_cache(maxsize=256)
def choose(accept_language: str) -> Language:
    """Choose by `Accept-Language` with its weights; of equal ones the first counts."""
    best: Language = DEFAULT
    best_weight = 0.0
    for name, weight in weighed(accept_language):
        language = _language(name)
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
