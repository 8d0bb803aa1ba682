"""What was recorded, passed on into somebody else's stream: in order, and kept there once."""

from custody.relaying.relay import Relay, Target
from custody.relaying.tables import lay_out

__all__ = ["Relay", "Target", "lay_out"]
