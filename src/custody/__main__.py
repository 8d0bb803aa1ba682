"""What does `python -m custody` do? The same as `custody`."""

import sys

from custody.cli import main

sys.exit(main())
