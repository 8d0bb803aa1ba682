"""How much may one asker ask of a process, so that the others are served as well?"""

from custody.limits.in_flight import IN_FLIGHT_MAX, STREAMS_MAX, InFlight
from custody.limits.rates import ASKERS_MAX, MOVEMENTS, QUERIES, UNLIMITED, Allowance, Rates

__all__ = [
    "ASKERS_MAX",
    "IN_FLIGHT_MAX",
    "MOVEMENTS",
    "QUERIES",
    "STREAMS_MAX",
    "UNLIMITED",
    "Allowance",
    "InFlight",
    "Rates",
]
