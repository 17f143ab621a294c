"""Settings for all tests."""

from hypothesis import settings

# A busy machine is not a failing property: examples are counted, not timed.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
