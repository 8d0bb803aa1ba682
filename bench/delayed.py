"""What if a flush took longer, as on real disks? Custody's command line, with appends that do."""

import os
import sys
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from bench.served import DELAY
from custody.cli import main
from custody.ledger import Ledger


def delayed(act: Callable[..., Any]) -> Callable[..., Any]:
    """Let an act that ends with a commit take so much longer as the environment says."""
    seconds = float(os.environ.get(DELAY) or 0)

    @wraps(act)
    def slower(*arguments: Any, **named: Any) -> Any:
        done = act(*arguments, **named)
        time.sleep(seconds)
        return done

    return slower if seconds else act


if __name__ == "__main__":
    Ledger.append = delayed(Ledger.append)  # type: ignore[method-assign]
    sys.exit(main())
