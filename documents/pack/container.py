"""The one ZIP file of a list of members: stored, in their order, all of one date, with nothing besides.

Whoever knows names and contents can write the same file again byte for byte. That is what the verifier does, so that
no header, comment, order or trailing byte can differ unseen. It is written here and not by `zipfile`, whose headers
differ from one version of Python to another.
"""

import struct
import zlib
from typing import IO

from django.utils.translation import gettext as _

from foundation.errors import Refused

PIECE = 1024 * 1024  # bytes in memory at a time
LOCAL, CENTRAL, END = "<4s5H3L2H", "<4s6H3L5H2L", "<4s4H2LH"
VERSION, UNIX, DATE = 20, 3 << 8, 0x21  # 2.0, regular files of Unix, 1 January 1980: APPNOTE 4.4
MODE = 0o100644 << 16
LARGEST = 2**32 - 2**24  # bytes of the whole file, the directory aside: no ZIP64 ever
MOST = 60_000  # members


class Container:
    """Writes members one after another to a seekable file; `close()` writes the directory."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._directory: list[bytes] = []

    def add(self, name: str, content: IO[bytes]) -> None:
        """The member stands in the file. `name` is ASCII. Raises Refused when the file would need ZIP64."""
        offset = self._file.tell()
        self._file.write(_local(name, 0, 0))
        crc = size = 0
        while piece := content.read(PIECE):
            crc, size = zlib.crc32(piece, crc), size + len(piece)
            if offset + size > LARGEST or len(self._directory) >= MOST:
                raise Refused("", _("证据包超过 4 GB 或者 60000 个文件，不能生成"))
            self._file.write(piece)
        end = self._file.tell()
        self._file.seek(offset)
        self._file.write(_local(name, crc, size))
        self._file.seek(end)
        self._directory.append(_central(name, crc, size, offset))

    def close(self) -> None:
        offset, directory, count = self._file.tell(), b"".join(self._directory), len(self._directory)
        self._file.write(directory)
        self._file.write(struct.pack(END, b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0))


def _local(name: str, crc: int, size: int) -> bytes:
    raw = name.encode("ascii")
    return struct.pack(LOCAL, b"PK\x03\x04", VERSION, 0, 0, 0, DATE, crc, size, size, len(raw), 0) + raw


def _central(name: str, crc: int, size: int, offset: int) -> bytes:
    raw = name.encode("ascii")
    fields = (UNIX | VERSION, VERSION, 0, 0, 0, DATE, crc, size, size, len(raw), 0, 0, 0, 0, MODE, offset)
    return struct.pack(CENTRAL, b"PK\x01\x02", *fields) + raw
