"""The servers that the user has confirmed for a study that came with settings of its own.

The file is in the user's configuration folder, out of reach of any study, and for the user alone:
`{"/home/ann/study": ["https://api.example/v1"]}`, resolved study folders and addresses.
"""

import json
from pathlib import Path

import platformdirs

from autocode.errors import ModelError
from autocode.files import write_whole


def trust_path() -> Path:
    """Where the confirmations are."""
    return platformdirs.user_config_path("autocode", appauthor=False) / "trust.json"


def is_trusted(study: Path, server: str) -> bool:
    """Whether the user has confirmed `server` (scheme, host, port and path) for that study folder.

    Raises:
        ModelError: the file of confirmations cannot be read.
    """
    return server in _confirmed().get(str(study.resolve()), [])


def trust(study: Path, server: str) -> None:
    """Confirm `server` for that study folder, from now on.

    Raises:
        ModelError: the file of confirmations cannot be read.
        StudyError: it cannot be written.
    """
    confirmed = _confirmed()
    servers = confirmed.setdefault(str(study.resolve()), [])
    if server not in servers:
        servers.append(server)
        content = json.dumps(confirmed, ensure_ascii=False, indent=2, sort_keys=True)
        write_whole(trust_path(), f"{content}\n", private=True)


def _confirmed() -> dict[str, list[str]]:
    path = trust_path()
    try:
        confirmed: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
        if all(isinstance(servers, list) for servers in confirmed.values()):
            return confirmed
        reason = "not a list of servers for each study"
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        reason = str(error)
    raise ModelError(
        f"the servers you confirmed cannot be read: {reason}",
        where=path,
        hint="Delete the file and confirm them again.",
    )
