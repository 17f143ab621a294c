"""A model's name says what runs it, and with that where text goes and how it is asked."""

import pytest

from autocode.errors import ModelError
from autocode.models.runtimes import open_provider, runtime_of


@pytest.mark.parametrize(
    ("model", "here", "strategy"),
    [
        ("local", True, "staged"),
        ("local:0.5b", True, "staged"),
        ("local:my.gguf", True, "staged"),
        ("gpt-4o", False, "single"),
        ("localhost/llama", False, "single"),
    ],
)
def test_the_name_decides(model: str, here: bool, strategy: str) -> None:
    runtime = runtime_of(model)
    assert (runtime.here, runtime.strategy) == (here, strategy)


def test_context_is_known_before_a_model_is_opened() -> None:
    assert runtime_of("local").context_tokens("local") == 8192
    assert runtime_of("unheard-of").context_tokens("unheard-of") is None


def test_a_server_must_be_named() -> None:
    with pytest.raises(ModelError, match="no server was named for 'gpt-4o'"):
        open_provider("gpt-4o")
