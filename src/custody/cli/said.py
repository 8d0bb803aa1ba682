"""What was said behind an option? A port, a number, an instant."""

from argparse import ArgumentTypeError
from datetime import datetime

from custody.cli.speech import either
from custody.terms import SHANGHAI, Millis, millis


def port(text: str) -> int:
    """Read a port."""
    if text.isascii() and text.isdigit() and int(text) <= 65_535:
        return int(text)
    raise ArgumentTypeError(either(f"{text!r} 不是端口", f"{text!r} is no port"))


def workers(text: str) -> int:
    """Read a number of things, one or more."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 10_000_000:
        return int(text)
    raise ArgumentTypeError(either(f"{text!r} 不是正整数", f"{text!r} is no positive number"))


def instant(text: str) -> Millis:
    """Read an instant in milliseconds."""
    return millis(moment(text))


def moment(text: str) -> datetime:
    """Read an instant; one without an offset is Chinese time, a bare date its first moment."""
    try:
        said = datetime.fromisoformat(text)
        return said if said.tzinfo else said.replace(tzinfo=SHANGHAI)
    except (ValueError, OverflowError):
        wrong = either(
            f"{text!r} 不是时刻", f"{text!r} is no instant, such as 2026-03-01T09:12+08:00"
        )
        raise ArgumentTypeError(wrong) from None
