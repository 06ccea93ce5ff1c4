"""Files on their way in: written to the disk of the storage as they come, hashed and counted, never held in memory.

Whatever comes beyond the largest size is counted and dropped. The rest of a form is read nonetheless, so that words
typed beside a file that is too large are not lost; only a request that is too large as a whole is cut off.
"""

import hashlib
import os
import weakref
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from foundation.files import places

MEGABYTE = 1024 * 1024
BESIDE = 5 * MEGABYTE  # bytes of a form beside its files


def largest() -> int:
    """Bytes of one file that are kept."""
    return settings.FILES_LARGEST * MEGABYTE


class Arrival:
    """One file while it is being written. What nobody finishes is removed with this object: a request may break off."""

    def __init__(self) -> None:
        self.key = places.new_key()
        self.limit = largest()
        self.came = 0
        self._hash = hashlib.sha256()
        places.make(places.arriving_folder())
        self._out: IO[bytes] = open(  # noqa: SIM115 - closed when it has arrived, or is dropped
            places.arriving(self.key), "xb", opener=lambda path, flags: os.open(path, flags, places.FILE_MODE)
        )
        self.drop = weakref.finalize(self, _drop, self._out, places.arriving(self.key))

    def write(self, piece: bytes) -> None:
        if self.came + len(piece) <= self.limit:
            self._hash.update(piece)
            self._out.write(piece)
        self.came += len(piece)

    def finish(self, name: str, content_type: str = "") -> "ArrivedFile":
        """The file is on the disk, and not only in memory."""
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()
        self.drop.detach()
        return ArrivedFile(self.key, name=name, size=self.came, sha256=self._hash.hexdigest(), media=content_type)


def _drop(out: IO[bytes], path: Path) -> None:
    out.close()
    path.unlink(missing_ok=True)


class ArrivedFile(UploadedFile):
    """A file that has arrived. It is removed when the request ends, unless somebody has taken it (`taken`).

    It is open only while it is read, so that a program that drops it leaves nothing open.
    """

    def __init__(self, key: str, *, name: str, size: int, sha256: str, media: str = "") -> None:
        self._opened: IO[bytes] | None = None
        super().__init__(None, name, media, size)
        self.key, self.sha256, self.taken = key, sha256, False

    @property
    def file(self) -> IO[bytes]:
        if self._opened is None:
            self._opened = places.arriving(self.key).open("rb")
        return self._opened

    @file.setter
    def file(self, given: object) -> None:
        """The library gives the file at the beginning; ours is found by its key."""

    @property
    def is_whole(self) -> bool:
        """False when it was longer than the limit: then only its beginning is there."""
        return (self.size or 0) <= largest()

    def shut(self) -> None:
        """Nobody reads it at the moment."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def close(self) -> None:
        self.shut()
        if not self.taken:
            places.arriving(self.key).unlink(missing_ok=True)


class ArrivingUploads(FileUploadHandler):
    """The one upload handler of the product (FILE_UPLOAD_HANDLERS)."""

    arrival: Arrival | None = None

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:  # noqa: N803
        """Raises RequestDataTooBig before a byte is read when the request says that it is too large as a whole."""
        if content_length > largest() * settings.FILES_AT_ONCE + BESIDE:
            raise RequestDataTooBig("more files than a form takes")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.arrival = Arrival()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self.arrival is not None
        self.arrival.write(raw_data)

    def file_complete(self, file_size: int) -> ArrivedFile:
        assert self.arrival is not None
        arrival, self.arrival = self.arrival, None
        return arrival.finish(self.file_name or "", self.content_type or "")

    def upload_interrupted(self) -> None:
        if self.arrival is not None:
            self.arrival.drop()


def arrive(file: UploadedFile) -> ArrivedFile:
    """The file as one that has arrived, whatever handler or program it comes from."""
    if isinstance(file, ArrivedFile):
        return file
    arrival = Arrival()
    try:
        for piece in file.chunks():
            arrival.write(piece)
        return arrival.finish(str(file.name or ""))
    except BaseException:
        arrival.drop()
        raise
