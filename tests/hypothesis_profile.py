"""How are laws looked for? On the same examples each time, so that none fails by chance."""

from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.load_profile("ci")
