"""How is Custody used from a terminal? This runs a command and says what its failure means.

Exit codes: 0 done; 1 found wrong, or could not be done; 2 unusable arguments or settings.
"""

import sys
from collections.abc import Sequence
from importlib import import_module

from custody import collector
from custody.cli.arguments import parser
from custody.cli.speech import complain

DONE, WRONG = 0, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    known = parser()
    asked = known.parse_args(arguments)
    if asked.run is None:
        known.print_help()
        return DONE
    try:
        # A command's own file is imported only now, so that --help is quick.
        with collector.away():
            command = import_module(f"custody.cli.{asked.run}")
        return int(command.run(asked))
    except KeyboardInterrupt:
        return complain("已中断。", "Interrupted.", 130)
    except BrokenPipeError:
        sys.stdout = None  # whoever read us has gone
        return WRONG
    except Exception as error:  # noqa: BLE001 - what nobody foresaw is raised again
        return int(import_module("custody.cli.failures").explained(error))


__all__ = ["main"]
