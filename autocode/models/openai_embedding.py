"""Embeddings from any server that speaks OpenAI's protocol (`/v1/embeddings`)."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import openai

from autocode.errors import ModelError
from autocode.models.embedding import Kind, Vectors, normalised
from autocode.models.endpoint import Endpoint
from autocode.models.openai_client import client_settings, complaint_in, http_settings, prepare

_AT_ONCE = 128


class RemoteEmbedder:
    """An `autocode.models.embedding.Embedder` behind an OpenAI-compatible server.

    Nothing is recorded here and a step needs all its vectors, so the SDK retries by itself.
    """

    def __init__(self, model: str, endpoint: Endpoint) -> None:
        self.name, self.destination = f"{model} ({endpoint.shown})", endpoint.destination
        self._model, self._endpoint = model, endpoint

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:  # noqa: ARG002 - one space
        """One row per text, shape (len(texts), size), L2-normalised.

        Raises:
            ModelError: the server did not give them.
        """
        # Servers refuse texts without content; their vectors are zeros.
        worded = [place for place, text in enumerate(texts) if text.strip()]
        rows = self._fetch([texts[place] for place in worded]) if worded else []
        vectors = np.zeros((len(texts), len(rows[0]) if rows else 0))
        vectors[worded] = rows if rows else 0
        return normalised(vectors)

    def _fetch(self, texts: list[str]) -> list[list[float]]:
        hooks: dict[str, list[Any]] = {"request": [partial(prepare, endpoint=self._endpoint)]}
        http = openai.DefaultHttpxClient(event_hooks=hooks, **http_settings(self._endpoint))
        settings = client_settings(self._endpoint)
        try:
            with openai.OpenAI(max_retries=4, http_client=http, **settings) as client:
                return [
                    row
                    for start in range(0, len(texts), _AT_ONCE)
                    for row in self._batch(client, texts[start : start + _AT_ONCE])
                ]
        except openai.OpenAIError as error:
            reason = str(error)
            if isinstance(error, openai.APIStatusError):
                reason = complaint_in(error).words
            reason = self._endpoint.without_secrets(reason).rstrip(".")
            raise ModelError(
                f"no embeddings from {self.name}: {reason}",
                hint="Check the model's name and the server, or use the local embeddings.",
            ) from error

    def _batch(self, client: openai.OpenAI, texts: list[str]) -> list[list[float]]:
        answer = client.embeddings.create(model=self._model, input=texts, encoding_format="float")
        ordered = sorted(answer.data, key=lambda entry: entry.index)
        if [entry.index for entry in ordered] != list(range(len(texts))):
            raise openai.OpenAIError("the server did not answer with one vector per text")
        return [entry.embedding for entry in ordered]
