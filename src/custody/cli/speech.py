"""Which language does the person at the terminal read, and how is something said to them?"""

import os
import re
import shlex
import sys
from collections.abc import Mapping
from typing import Literal

Language = Literal["zh", "en"]


def language(environment: Mapping[str, str] = os.environ) -> Language:
    """Choose by the first of the locale's variables that is set: Chinese, or else English."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def either(zh: str, en: str) -> str:
    """Return what is said in the person's language."""
    return zh if language() == "zh" else en


def say(zh: str, en: str) -> None:
    """Tell the person something they asked for."""
    tell(either(zh, en))


def complain(zh: str, en: str, code: int) -> int:
    """Tell the person why it did not work; return the exit code."""
    note(either(zh, en))
    return code


def why(error: Exception) -> str:
    """Tell what went wrong with a file, without the number that a computer has for it."""
    return re.sub(r"^\[Errno -?\d+\] ", "", str(error))


def how_to_install(library: str) -> str:
    """Tell the command that installs a library where this program finds it, on the path or not."""
    return shlex.join([sys.executable, "-m", "pip", "install", library])


def tell(line: str) -> None:
    """Put a line on the standard output: what was asked for."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def note(line: str) -> None:
    """Put a line on the standard error: what is good to know beside it."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
