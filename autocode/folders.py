"""Folders written whole: beside their place, then swapped in."""

import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from autocode.errors import StudyError

Files = Mapping[str, str | bytes]


def replace_folder(
    files: Files, folder: Path, *, mark: str, ours: Collection[str] | None, noun: str, option: str
) -> None:
    """Make the folder hold these files, by their paths in it.

    mark: the file that shows that an earlier one of ours is replaced; ours: the names in it that
    may go (None: all), the rest stays; noun and option: what a person is told (`report`, `--out`).

    Raises:
        StudyError: the folder holds something else, or cannot be written.
    """
    with _beside(folder, mark, noun, option) as new:
        for name, content in files.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            data = content.encode() if isinstance(content, str) else content
            path.write_bytes(data)
        for path in folder.iterdir() if folder.is_dir() else ():
            if ours is not None and path.name not in ours:
                copy = shutil.copytree if path.is_dir() else shutil.copy2
                copy(path, new / path.name)
        new.chmod(0o755)
        _swap(new, folder)


@contextmanager
def _beside(folder: Path, mark: str, noun: str, option: str) -> Iterator[Path]:
    """A new folder next to `folder`, gone at the end unless it was moved away."""
    new: Path | None = None
    try:
        # A folder is replaced only when it is empty or shows that we made it.
        replaceable = not folder.exists() or (folder / mark).is_file()
        if not replaceable and (not folder.is_dir() or any(folder.iterdir())):
            raise StudyError(
                f"this is no {noun}, and would be replaced", where=folder,
                hint=f"Name a new folder with {option}.",
            )  # fmt: skip
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Its name does not hold the folder's, which may be as long as a name can be.
        new = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{noun}."))
        yield new
    except OSError as error:
        raise StudyError(
            f"cannot be written: {error.strerror}", where=folder,
            hint=f"Make the folder writable, or name another one with {option}.",
        ) from error  # fmt: skip
    finally:
        if new is not None:
            shutil.rmtree(new, ignore_errors=True)


def _swap(new: Path, folder: Path) -> None:
    """Put `new` in the place of `folder`; if that fails, the old one is back."""
    if not folder.exists():
        new.rename(folder)
        return
    old = new.with_name(f"{new.name}.old")
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
