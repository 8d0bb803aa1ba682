"""At which millisecond does an instant lie that a partner has written?"""

import re
from datetime import datetime

from custody.terms import Millis, millis

_instant = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,12})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
).fullmatch


def instant(text: str) -> Millis:
    """Read an instant as XML Schema and RFC 3339 write it, with its offset. Raises ValueError."""
    if not _instant(text):
        raise ValueError(text)
    try:
        return millis(datetime.fromisoformat(_to_micros(text.upper())))
    except OverflowError as error:
        raise ValueError(text) from error


def _to_micros(text: str) -> str:
    """Cut off finer parts of a second than can be read; none of them counts."""
    return re.sub(r"(\.\d{1,6})\d*", r"\1", text)
