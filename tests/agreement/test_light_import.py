"""The judging wing stands alone: agreement without a model client or a terminal."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("heavy", ["openai", "click", "rich", "tiktoken", "rapidfuzz"])
def test_importing_agreement_loads_no_other_wing(heavy):
    script = (
        "import sys, pkgutil, importlib, autocode.agreement as a\n"
        "for found in pkgutil.walk_packages(a.__path__, a.__name__ + '.'):\n"
        "    importlib.import_module(found.name)\n"
        f"print({heavy!r} in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
