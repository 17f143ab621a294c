"""Files and folders, written whole or not at all; records, read with errors people can act on."""

import errno
import io
import json
import math
import os
import re
import shutil
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from autocode.errors import InputError, StudyError
from autocode.text import whole


class Record(BaseModel):
    """What all file records share: unknown keys are kept, so rewriting loses nothing."""

    model_config = ConfigDict(extra="allow")


Files = Mapping[str, str | bytes]
R = TypeVar("R", bound=Record)
# Integers of up to 18 digits and a sign fit 64 bits.
_DIGITS = 20
# What validates and writes records goes no deeper than some hundred levels.
_DEEPEST = 100
_TOO_DEEP = "nested too deeply"


def package_table(package: str, name: str) -> dict[str, Any]:
    """A TOML file that comes with a package of ours."""
    return tomllib.loads((resources.files(package) / name).read_text(encoding="utf-8"))


def read_record(
    path: Path, shape: type[R], complete: Callable[[dict[str, Any]], Any] | None = None
) -> R:
    """The record in `path`; `shape` says by its `format` field what it must be.

    complete: fills in what the file may leave out.

    Raises:
        InputError: no such file, not JSON, another format, a newer version, or a wrong value.
    """
    data = _parse(path)
    _check_format(data, shape.model_fields["format"].default, path)
    try:
        return shape.model_validate(complete(data) if complete else data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        what = f"{place or 'the record'}: {message}"
        raise InputError(
            what, where=path, hint="Correct that value or create the file again."
        ) from error


def to_json(record: Record, lean: Collection[str] = ()) -> str:
    """The record as text, keys in the order of its fields, then unknown ones as they came.

    lean: keys left out where they hold nothing (null, false, an empty list).
    """
    data = _without_nothing(record.model_dump(), frozenset(lean))
    return whole(json.dumps(data, ensure_ascii=False, indent=2)) + "\n"


def _without_nothing(data: Any, lean: frozenset[str]) -> Any:
    if isinstance(data, list):
        return [_without_nothing(item, lean) for item in data]
    if not isinstance(data, dict):
        return data
    return {
        key: _without_nothing(value, lean)
        for key, value in data.items()
        if key not in lean or value not in (None, False, [])
    }


def parse_json(data: bytes) -> Any:
    """The value of a JSON text in UTF-8: strings are whole characters, numbers fit 64 bits.

    Raises:
        ValueError: it is not JSON, is nested too deeply, or has a number that cannot be used.
    """
    text = data.decode("utf-8-sig", "surrogatepass")
    try:
        value = json.loads(
            text,
            parse_constant=_refuse_number,
            parse_int=lambda digits: (
                int(digits) if len(digits) < _DIGITS else _refuse_number(digits)
            ),
            parse_float=_finite,
        )
    except RecursionError as error:
        raise ValueError(_TOO_DEEP) from error
    _refuse_depth(value)
    # `\\ud83d` alone is half a character, which could be neither printed nor written.
    half = re.search(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]", text)
    return json.loads(whole(json.dumps(value, ensure_ascii=False))) if half else value


def _refuse_depth(value: Any) -> None:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(_DEEPEST):
        items = (item.values() if isinstance(item, dict) else item for item in level)
        level = [child for item in items for child in item if isinstance(child, dict | list)]
        if not level:
            return
    raise ValueError(_TOO_DEEP)


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse_number(digits)


def _refuse_number(digits: str) -> NoReturn:
    shown = digits if len(digits) < _DIGITS else f"{digits[:_DIGITS]}…"
    raise ValueError(f"{shown} is not a usable number")


def _parse(path: Path) -> dict[str, Any]:
    hint = "Correct the file or create it again."
    try:
        if path.exists() and not path.is_file():
            raise InputError("this is not a file", where=path, hint="Name a regular file.")
        data = parse_json(path.read_bytes())
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}"
        raise InputError(what, where=path, hint="Check the path and its permissions.") from error
    except json.JSONDecodeError as error:
        raise InputError(
            f"not valid JSON: {error.msg}", where=path, line=error.lineno, hint=hint
        ) from error
    except UnicodeDecodeError as error:
        raise InputError("not valid JSON in UTF-8", where=path, hint=hint) from error
    except ValueError as error:
        raise InputError(f"not valid JSON: {error}", where=path, hint=hint) from error
    if not isinstance(data, dict):
        raise InputError("a JSON object was expected", where=path, hint=hint)
    return data


def _check_format(data: dict[str, Any], wanted: str, path: Path) -> None:
    name, version = wanted.rsplit("@", 1)
    format_ = str(data.get("format"))
    if format_ == wanted:
        return
    match = re.fullmatch(rf"{re.escape(name)}@(\d+)", format_)
    if match and int(match[1]) > int(version):
        what = f"{format_} was written by a newer autocode; this version reads {wanted}"
        raise InputError(what, where=path, hint="Update autocode.")
    named = f"its format is {format_}" if "format" in data else "it names no format"
    hint = f"Name a file whose format is {wanted}."
    raise InputError(f"not an {wanted} file: {named}", where=path, hint=hint)


def write_whole(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write `content` (text as UTF-8) to `path`; at every moment the old or the new file is there.

    Missing folders are made. A private file can be read by its owner alone (mode 600).

    Raises:
        StudyError: the file system refuses (read-only, full, no permission).
    """
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise refused(path, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # The mask can only be read by setting it; temporary files are private by default.
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o600 if private else 0o666 & ~mask)
        temporary.replace(path)
    except OSError as error:
        raise refused(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def zip_bytes(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP archive of named parts, undated: the same parts are always the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


def undated(save: Callable[[io.BytesIO], object]) -> bytes:
    """The ZIP archive that a library saves, without the times at which it packed the parts."""
    packed = io.BytesIO()
    save(packed)
    with zipfile.ZipFile(packed) as parts:
        return zip_bytes((name, parts.read(name)) for name in parts.namelist())


def refused(path: Path, error: OSError) -> StudyError:
    """What is said when the file system takes no more of `path`, and what to do about it."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    hint = "Make room on that disk." if full else "Check the folder's permissions."
    return StudyError(f"cannot be written: {error.strerror}", where=path, hint=hint)


def replace_folder(
    files: Files,
    folder: Path,
    *,
    marks: Collection[str],
    ours: Collection[str] | None,
    noun: str,
    option: str,
) -> None:
    """Make the folder hold these files, by their paths in it.

    marks: files of which one shows that an earlier one of ours is replaced; ours: the names in it
    that may go (None: all), the rest stays; noun and option: what a person is told (`report`,
    `--out`).

    Raises:
        StudyError: the folder holds something else, or cannot be written.
    """
    with _beside(folder, marks, noun, option) as new:
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
def _beside(folder: Path, marks: Collection[str], noun: str, option: str) -> Iterator[Path]:
    """A new folder next to `folder`, gone at the end unless it was moved away."""
    new: Path | None = None
    try:
        # A folder is replaced only when it is empty or shows that we made it.
        replaceable = not folder.exists() or any((folder / mark).is_file() for mark in marks)
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
