"""What is there to say about a kind of problem? The same of each, in both languages."""

from typing import NamedTuple


class Kind(NamedTuple):
    """One kind of problem."""

    status: int
    zh: str
    en: str
    detail_zh: str
    detail_en: str
