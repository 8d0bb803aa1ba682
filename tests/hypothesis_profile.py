"""How are laws looked for? The same examples each time, so that a test that passed fails only for a reason."""

from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.load_profile("ci")
