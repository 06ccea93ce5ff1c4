"""A file that is looked at and not kept: only its hash is taken as it comes, and nothing of it is written anywhere."""

import hashlib
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

BEGINNING = 1024  # bytes within which the mark of a PDF stands (ISO 32000-1, annex H.3.4.1)


class HashedFile(UploadedFile):
    """What is known of a file that was read through: its hash, its length, and how it begins."""

    def __init__(self, *, name: str, size: int, sha256: str, beginning: bytes) -> None:
        super().__init__(None, name, "", size)
        self.sha256, self._beginning = sha256, beginning

    @property
    def is_pdf(self) -> bool:
        return b"%PDF-" in self._beginning


class HashingUploads(FileUploadHandler):
    """The upload handler of the one page that keeps nothing."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._hash, self._beginning = hashlib.sha256(), b""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._hash.update(raw_data)
        if len(self._beginning) < BEGINNING:
            self._beginning = (self._beginning + raw_data)[:BEGINNING]

    def file_complete(self, file_size: int) -> HashedFile:
        return HashedFile(
            name=self.file_name or "", size=file_size, sha256=self._hash.hexdigest(), beginning=self._beginning
        )
