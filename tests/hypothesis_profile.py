"""How are laws looked for? On the same examples each time, so that none fails by chance.

`make test THOROUGH=1` asks all that can be asked, also where many questions are alike.
"""

import os
from typing import Final

from hypothesis import settings

THOROUGH: Final = bool(os.environ.get("THOROUGH"))

settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.load_profile("ci")
