"""Settings for all tests."""

import pytest
from hypothesis import settings

# A busy machine is not a failing property: examples are counted, not timed.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--freeze", action="store_true", help="Rewrite the expected files of test_frozen.py."
    )
