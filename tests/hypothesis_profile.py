"""How are laws looked for? On the same examples each time, so that none fails by chance.

`make test THOROUGH=1` asks all that can be asked, also where many questions are alike.
"""

import os
from typing import Final

from hypothesis import settings

THOROUGH: Final = bool(os.environ.get("THOROUGH"))


def examples(number: int) -> int:
    """Return on how many examples a law is tried that needs a database for each.

    They are the same each time, so that a run tells nothing that the one before it did not: half of
    them show whether what was changed holds, and all are tried with THOROUGH.
    """
    return number if THOROUGH else -(-number // 2)


settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.load_profile("ci")
