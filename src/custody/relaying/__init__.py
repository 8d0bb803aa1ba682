"""What was recorded, passed on into somebody else's stream: in order, and kept there once."""

from custody.relaying.tables import lay_out

__all__ = ["lay_out"]
