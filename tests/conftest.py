"""Settings for all tests."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

# A busy machine is not a failing property: examples are counted, not timed.
# Where the gate asks for it, the same examples are drawn each time: it must say the same twice.
settings.register_profile("unhurried", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--freeze", action="store_true", help="Rewrite the expected files of test_frozen.py."
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if terminalreporter.config.option.markexpr == "not slow":
        terminalreporter.write_line(
            "Left out: slow tests (real models, a browser). They run with `-m slow`."
        )


@pytest.fixture(scope="session", autouse=True)
def _own_configuration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test sees what whoever runs the tests has confirmed, or what they pay."""
    folder = tmp_path_factory.mktemp("config")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("autocode.models.trust.trust_path", lambda: folder / "trust.json")
        patch.setattr("autocode.models.prices.prices_path", lambda: folder / "prices.toml")
        yield
