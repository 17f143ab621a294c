"""Files are whole or not there: written beside, synced, then renamed."""

import os
import tempfile
from pathlib import Path

from autocode.errors import StudyError


def write_whole(path: Path, content: str | bytes) -> None:
    """Write `content` (text as UTF-8) to `path`; at every moment the old or the new file is there.

    Missing folders are made.

    Raises:
        StudyError: the file system refuses (read-only, full, no permission).
    """
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _refused(path, error) from error
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o666 & ~_umask())
        beside.replace(path)
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        beside.unlink(missing_ok=True)


def _refused(path: Path, error: OSError) -> StudyError:
    return StudyError(
        f"cannot be written: {error.strerror}", where=path, hint="Make the folder writable."
    )


def _umask() -> int:
    # The mask can only be read by setting it; temporary files are private by default.
    mask = os.umask(0)
    os.umask(mask)
    return mask
