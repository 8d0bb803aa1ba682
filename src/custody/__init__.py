"""Custody: what became of every retired e-bike battery, and who answers for it now?"""

__version__ = "0.1.0"
