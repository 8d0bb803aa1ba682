"""What was recorded, brought to those who do not ask: signed, in order, again until it is taken."""

from custody.pushing.addresses import Networks
from custody.pushing.signing import Unsealable
from custody.pushing.subscription import Subscription, Wanted
from custody.pushing.tables import lay_out

__all__ = ["Networks", "Subscription", "Unsealable", "Wanted", "lay_out"]
