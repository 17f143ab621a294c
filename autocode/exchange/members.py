"""The members of an archive, read in memory under caps, and XML that can do no harm."""

import io
import zipfile
import zlib
from xml.etree import ElementTree

from autocode.errors import InputError
from autocode.transcript.documents import declares_entities, local

# All that is read of an archive; recordings and films, which may be larger, are not.
MOST_BYTES = 400_000_000
# A member above this size that shrank to less than a hundredth is made to fill the memory.
_LARGE, _RATIO = 20_000_000, 100
_AGAIN = "Export it again."


class Members:
    """The files in a ZIP archive by their names, whatever the case; nothing touches the disk.

    Raises:
        InputError: it is no such archive, or damaged; so do the methods, where a member is.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self._name, self._left = name, MOST_BYTES
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            what = "this is no ZIP archive, or it is damaged or cut off"
            raise InputError(what, where=name, hint=_AGAIN) from error
        entries = [entry for entry in self._archive.infolist() if not entry.is_dir()]
        self._entries = {entry.filename.replace("\\", "/").lower(): entry for entry in entries}

    @property
    def names(self) -> list[str]:
        """The names as they are, in the order of the archive."""
        return [entry.filename.replace("\\", "/") for entry in self._entries.values()]

    def read(self, member: str) -> bytes | None:
        """The bytes of a member; None where there is none of that name."""
        entry = self._entries.get(member.lower())
        if entry is None:
            return None
        self._left -= entry.file_size
        shrunk = entry.file_size > _LARGE and entry.file_size > _RATIO * entry.compress_size
        if self._left < 0 or shrunk:
            what = f"{member} unpacks to {entry.file_size / 1e6:,.0f} MB: not read"
            raise InputError(what, where=self._name, hint=_AGAIN)
        try:
            return self._archive.read(entry)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            what = f"{member} in this archive is damaged"
            raise InputError(what, where=self._name, hint=_AGAIN) from error
        except (RuntimeError, NotImplementedError) as error:
            what = f"{member} is encrypted, or packed in an unknown way"
            raise InputError(what, where=self._name, hint=_AGAIN) from error


def plain_xml(data: bytes, name: str) -> ElementTree.Element:
    """The root of an XML file, its elements without their namespaces, which differ by version.

    Raises:
        InputError: it is no XML, or declares a document type or entities.
    """
    if declares_entities(data):
        raise InputError("its XML declares entities: not read", where=name, hint=_AGAIN)
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise InputError(f"this is no XML: {error}", where=name, hint=_AGAIN) from error
    for element in root.iter():
        element.tag = local(element)
    return root
