"""A file that the product writes itself, on its way into the storage."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from foundation.files import places
from foundation.files.kinds import BY_CODE, FileKind
from foundation.files.names import safe_name
from foundation.files.receiving import ArrivedFile
from foundation.files.storing import Upload

PIECE = 1024 * 1024


def made(name: str, kind: FileKind, write: Callable[[Path], None]) -> Upload:
    """What `write` puts at the path that it is given, ready to be stored, however large; nothing when it raises.

    It lies among the arriving files: what a crash leaves there the sweep removes. Whoever does not store it
    closes its `file`.
    """
    key, name = places.new_key(), safe_name(name)
    path = places.make(places.arriving_folder()) / key
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, places.FILE_MODE))
    try:
        write(path)
        size, sha256 = _measured(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Upload(name, BY_CODE[kind], size, sha256, ArrivedFile(key, name=name, size=size, sha256=sha256))


def _measured(path: Path) -> tuple[int, str]:
    """Its length and its hash, once it is on the disk and not only in memory."""
    digest = hashlib.sha256()
    with path.open("rb+") as file:
        os.fsync(file.fileno())
        while piece := file.read(PIECE):
            digest.update(piece)
        return file.tell(), digest.hexdigest()
