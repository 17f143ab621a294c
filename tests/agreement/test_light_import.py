"""Agreement stands alone: numpy and scipy, no file format, model client or terminal."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("heavy", ["pydantic", "openai", "click", "rich", "tiktoken", "rapidfuzz"])
def test_importing_agreement_loads_numpy_and_scipy_only(heavy):
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
