"""What was recorded, as it is told to those who follow: once read, for however many of them."""

from custody.feed.choosing import Choice
from custody.feed.following import Following
from custody.feed.told import ENVELOPES, Envelope, Told

__all__ = ["ENVELOPES", "Choice", "Envelope", "Following", "Told"]
