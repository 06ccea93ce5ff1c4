"""Looking into ZIP containers without trusting them: everything is really unpacked, counted, and thrown away.

Office documents and OFD are such containers too. What the directory of an archive declares is compared with what is
there and never believed (sizes, names, offsets), so that this program and the one that will unpack the file on
somebody's desk see the same content.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from foundation.files.kinds import Unfit

PIECE = 64 * 1024  # bytes; what is in memory at a time
RATIO_FROM = 10 * 1024 * 1024  # bytes; below it even a page of blanks may shrink as it likes
LARGEST_DIRECTORY = 1024 * 1024  # bytes of the central directory, which zipfile reads at once
END, ZIP64, LOCAL, ENTRY = b"PK\x05\x06", b"PK\x06\x07", b"PK\x03\x04", b"PK\x01\x02"
END_SIZE, LONGEST_COMMENT = 22, 65535
ENCRYPTED = 0x1 | 0x40 | 0x2000  # the flags of an entry, APPNOTE 4.4.4
MACRO_NAMES = ("vbaproject.bin", "vbadata.xml")
MACRO_FOLDERS = ("xl/macrosheets/",)


@dataclass
class Budget:
    """What may still be unpacked of one upload, whatever is nested in what."""

    entries: int
    unpacked: int
    ratio: int

    @classmethod
    def of_an_upload(cls) -> "Budget":
        return cls(
            settings.FILES_ARCHIVE_ENTRIES, settings.FILES_ARCHIVE_UNPACKED * 1024 * 1024, settings.FILES_ARCHIVE_RATIO
        )

    def take_entries(self, number: int) -> None:
        self.entries -= number
        if self.entries < 0:
            raise Unfit(_("压缩包里的文件太多，最多 %(n)s 个") % {"n": settings.FILES_ARCHIVE_ENTRIES})

    def take(self, size: int) -> None:
        self.unpacked -= size
        if self.unpacked < 0:
            most = settings.FILES_ARCHIVE_UNPACKED
            raise Unfit(_("解压后超过 %(n)s MB，请拆成几个文件") % {"n": most})


def end_of_archive(file: IO[bytes], size: int) -> bytes | None:
    """The end record of an archive that ends exactly where the file ends; None when the file ends as none."""
    start = max(0, size - END_SIZE - LONGEST_COMMENT)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(END)
    while at >= 0:
        record = tail[at : at + END_SIZE]
        if len(record) == END_SIZE and at + END_SIZE + struct.unpack("<H", record[20:22])[0] == len(tail):
            return record
        at = tail.rfind(END, 0, at)
    return None


def carries_archive(file: IO[bytes], size: int) -> bool:
    """Whether the end of a file of another kind is that of an archive, as tolerant programs would open it.

    An end record before which its directory really stands; what follows it does not matter to them.
    """
    start = max(0, size - END_SIZE - LONGEST_COMMENT)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(END)
    while at >= 0:
        record = tail[at : at + END_SIZE]
        if len(record) == END_SIZE:
            file.seek(max(0, start + at - struct.unpack("<I", record[12:16])[0]))
            if file.read(4) == ENTRY:
                return True
        at = tail.rfind(END, 0, at)
    return False


class Archive:
    """The entries of a ZIP container whose directory is sound. Raises Unfit for anything that is not plain."""

    def __init__(self, file: IO[bytes], size: int, budget: Budget) -> None:
        self.file, self.size, self.budget = file, size, budget
        self.entries = self._directory()
        self.unpacked = 0

    @property
    def names(self) -> frozenset[str]:
        return frozenset(entry.filename for entry in self.entries)

    def _directory(self) -> list[zipfile.ZipInfo]:
        record = end_of_archive(self.file, self.size)
        if record is None:
            raise _damaged()
        number, length, offset = struct.unpack("<HII", record[10:20])
        comment = struct.unpack("<H", record[20:22])[0]
        where = self.size - END_SIZE - comment
        self.file.seek(max(0, where - 20))
        if self.file.read(4) == ZIP64 or length > LARGEST_DIRECTORY or number > self.budget.entries:
            raise Unfit(_("压缩包里的文件太多，最多 %(n)s 个") % {"n": settings.FILES_ARCHIVE_ENTRIES})
        if offset + length != where:
            raise Unfit(_("压缩包前后夹带了别的内容，不能上传"))
        try:
            with zipfile.ZipFile(self.file) as archive:
                entries = archive.infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise _damaged() from error
        self.budget.take_entries(len(entries))
        for entry in entries:
            _must_be_plain(entry)
        _must_not_overlap(entries, offset)
        return entries

    def has_macros(self) -> bool:
        """Whether an office document carries programs: VBA, or the macro sheets of old Excel."""
        names = [entry.filename.lower().replace("\\", "/") for entry in self.entries]
        return any(name.rsplit("/", 1)[-1] in MACRO_NAMES or name.startswith(MACRO_FOLDERS) for name in names)

    def pieces(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """The content of an entry, piece by piece, counted; its size and checksum must be those of the directory."""
        self._to_the_data_of(entry)
        size = checksum = 0
        raw = self._stored(entry) if entry.compress_type == zipfile.ZIP_STORED else self._inflated(entry)
        for piece in raw:
            size += len(piece)
            self._count(len(piece))
            checksum = zlib.crc32(piece, checksum)
            yield piece
        if size != entry.file_size or checksum != entry.CRC:
            raise _damaged()

    def _to_the_data_of(self, entry: zipfile.ZipInfo) -> None:
        self.file.seek(entry.header_offset)
        header = self.file.read(30)
        if len(header) != 30 or not header.startswith(LOCAL):
            raise _damaged()
        name, extra = struct.unpack("<HH", header[26:30])
        encoding = "utf-8" if entry.flag_bits & 0x800 else "cp437"
        if self.file.read(name) != entry.orig_filename.encode(encoding, "replace"):
            raise Unfit(_("压缩包的目录和内容不一致，不能上传"))
        self.file.seek(extra, 1)

    def _stored(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        left = entry.compress_size
        while left:
            piece = self.file.read(min(left, PIECE))
            if not piece:
                raise _damaged()
            left -= len(piece)
            yield piece

    def _inflated(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """Every byte that is said to be packed is unpacked, and the stream ends with the last of them."""
        inflate, left = zlib.decompressobj(-zlib.MAX_WBITS), entry.compress_size
        while not inflate.eof:
            packed = inflate.unconsumed_tail
            if not packed and left:
                packed = self.file.read(min(left, PIECE))
                left -= len(packed)
            try:
                piece = inflate.decompress(packed, PIECE)
            except zlib.error as error:
                raise _damaged() from error
            if piece:
                yield piece
            elif not packed and not inflate.eof:
                raise _damaged()
        if left or inflate.unused_data:
            raise Unfit(_("压缩包的目录和内容不一致，不能上传"))

    def _count(self, unpacked: int) -> None:
        self.budget.take(unpacked)
        self.unpacked += unpacked
        if self.unpacked > RATIO_FROM and self.unpacked > self.budget.ratio * self.size:
            raise Unfit(_("压缩比异常，可能是压缩炸弹，不能上传"))

    def count_all(self) -> None:
        """Every entry unpacks, and all of them stay inside the budget."""
        for entry in self.entries:
            for _piece in self.pieces(entry):
                pass


def _damaged() -> Unfit:
    return Unfit(_("文件已损坏，打不开；请重新导出或重新压缩"))


def _must_be_plain(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename.replace("\\", "/")
    if entry.flag_bits & ENCRYPTED:
        raise Unfit(_("文件有密码，无法检查；请去掉密码再上传"))
    if name.startswith("/") or name[1:2] == ":" or ".." in name.split("/") or "\0" in name:
        raise Unfit(_("压缩包里有指向别处的路径，不能上传"))
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Unfit(_("压缩包里有指向别处的链接，不能上传"))
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unfit(_("压缩方式不常见，无法检查；请用普通 ZIP 重新压缩"))


def _must_not_overlap(entries: list[zipfile.ZipInfo], end: int) -> None:
    """No two entries share bytes: that is how a small archive holds petabytes. Nothing stands before the first one."""
    at = 0
    for place, entry in enumerate(sorted(entries, key=lambda one: one.header_offset)):
        if entry.header_offset < at or (place == 0 and entry.header_offset):
            raise Unfit(_("压缩包的目录和内容不一致，不能上传"))
        at = entry.header_offset + 30 + entry.compress_size
    if at > end:
        raise Unfit(_("压缩包的目录和内容不一致，不能上传"))
