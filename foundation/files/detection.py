"""What a file is, by its content alone; the extension must say the same. What may run in a browser is not taken."""

import codecs
import re
import tempfile
from collections.abc import Callable
from typing import IO

from django.utils.translation import gettext as _

from foundation.files.archives import Archive, Budget, carries_archive
from foundation.files.kinds import BY_EXTENSION, FileKind, Kind, Unfit
from foundation.files.names import extension_of

LOOK = 8 * 1024  # bytes at either end that are looked at for code
PIECE = 1024 * 1024
SPOOLED = 1024 * 1024  # bytes of an entry that stay in memory
ACTIVE = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|script|svg|iframe|object|embed|meta|link)[\s>/]|<\?php", re.IGNORECASE
)
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa")
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")  # none of them is ever the second byte of a Chinese character
TEXT_BASED = (b"%PDF-", b"%!PS", b"{\\rtf")  # kinds of their own that may consist of nothing but letters
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2
HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"heif"}
APPLE_DOUBLE, DS_STORE = b"\x00\x05\x16\x07", b"\x00\x00\x00\x01Bud1"  # what macOS adds to every archive

# The part that makes a container the document it is.
DOCUMENTS = {
    "word/document.xml": FileKind.DOCX,
    "xl/workbook.xml": FileKind.XLSX,
    "ppt/presentation.xml": FileKind.PPTX,
}
# The streams by which a compound file is known, and those that hold programs.
STREAMS = {FileKind.DOC: ("WordDocument",), FileKind.XLS: ("Workbook", "Book"), FileKind.PPT: ("PowerPoint Document",)}
ENCRYPTED_PACKAGE, MACROS = "EncryptedPackage", ("_VBA_PROJECT", "_VBA_PROJECT_CUR")


def detect(file: IO[bytes], name: str, *, budget: Budget | None = None, nested: bool = False) -> Kind:
    """The kind of the file, which must be seekable. Memory stays small whatever it holds. Raises Unfit.

    `budget` is what may still be unpacked; `nested` says that the file came out of an archive, where no other archive
    may be.
    """
    extension = extension_of(name)
    kind = BY_EXTENSION.get(extension)
    size = file.seek(0, 2)
    if size == 0:
        raise Unfit(_("文件是空的"))
    head, tail = _ends(file, size)
    if head.startswith(PROGRAMS):
        raise Unfit(_("这是程序或脚本，不能上传"))
    if kind is None:
        raise Unfit(_("不能上传这种文件（%(extension)s）") % {"extension": extension or _("没有扩展名")})
    if nested and kind.code == FileKind.ZIP:
        raise Unfit(_("压缩包里还有压缩包，请解开后再上传"))
    _CHECKS[kind.code](_Look(file, size, head, tail, kind, extension, budget or Budget.of_an_upload()))
    return kind


def _ends(file: IO[bytes], size: int) -> tuple[bytes, bytes]:
    file.seek(0)
    head = file.read(LOOK)
    file.seek(max(0, size - LOOK))
    return head, file.read(LOOK)


class _Look:
    """A file under examination, with its two ends."""

    def __init__(
        self, file: IO[bytes], size: int, head: bytes, tail: bytes, kind: Kind, extension: str, budget: Budget
    ) -> None:
        self.file, self.size, self.head, self.tail = file, size, head, tail
        self.kind, self.extension, self.budget = kind, extension, budget

    def must(self, well: bool) -> None:
        if not well:
            words = {"extension": f".{self.extension}", "kind": self.kind.label}
            raise Unfit(_("扩展名是 %(extension)s，内容却不是%(kind)s；请上传原来的文件，不要改扩展名") % words)

    def must_hold_no_code(self, *parts: bytes) -> None:
        if any(ACTIVE.search(part) for part in parts):
            raise Unfit(_("文件里有网页或脚本代码，不能上传"))

    def must_be_no_archive(self) -> None:
        if carries_archive(self.file, self.size):
            raise Unfit(_("文件里夹带了压缩包，不能上传"))


def _pdf(look: _Look) -> None:
    """%PDF- at the very first byte, and nothing of another kind behind the last %%EOF."""
    look.must(look.head.startswith(b"%PDF-") and b"%%EOF" in look.tail)
    look.must_hold_no_code(look.head[:1024], look.tail.rpartition(b"%%EOF")[2])
    look.must_be_no_archive()


def _image(well: Callable[[_Look], bool]) -> Callable[[_Look], None]:
    def check(look: _Look) -> None:
        look.must(well(look))
        look.must_hold_no_code(look.head, look.tail)
        look.must_be_no_archive()

    return check


def _is_png(look: _Look) -> bool:
    return look.head.startswith(b"\x89PNG\r\n\x1a\n") and look.head[12:16] == b"IHDR" and b"IEND" in look.tail


def _is_gif(look: _Look) -> bool:
    return look.head.startswith((b"GIF87a", b"GIF89a")) and look.tail.rstrip(b"\0").endswith(b"\x3b")


def _is_webp(look: _Look) -> bool:
    """The length that the first chunk states is that of the file (an odd one is padded)."""
    stated = int.from_bytes(look.head[4:8], "little") + 8
    return look.head[:4] == b"RIFF" and look.head[8:12] == b"WEBP" and stated <= look.size <= stated + 1


def _is_heic(look: _Look) -> bool:
    """ISO/IEC 23008-12: a file type box first, whose main brand is one of HEIF."""
    length = int.from_bytes(look.head[:4], "big")
    return look.head[4:8] == b"ftyp" and 16 <= length <= 256 and look.head[8:12] in HEIF_BRANDS


def _container(look: _Look) -> None:
    """A ZIP container that is what its extension says: an office document, OFD, or a plain archive."""
    if look.head.startswith(COMPOUND) and _has_streams(look, [ENCRYPTED_PACKAGE])[0]:
        raise Unfit(_("文件有密码，无法检查；请去掉密码再上传"))
    look.must(look.head.startswith(b"PK\x03\x04"))
    archive = Archive(look.file, look.size, look.budget)
    if archive.has_macros():
        raise Unfit(_("文件里有宏，不能上传；请另存为不带宏的格式"))
    look.must(_document_in(archive) == look.kind.code)
    if look.kind.code == FileKind.ZIP:
        _look_inside(archive)
    else:
        archive.count_all()


def _document_in(archive: Archive) -> FileKind:
    names = archive.names
    if "OFD.xml" in names:
        return FileKind.OFD
    if "[Content_Types].xml" in names:
        return next((kind for part, kind in DOCUMENTS.items() if part in names), FileKind.ZIP)
    return FileKind.ZIP


def _look_inside(archive: Archive) -> None:
    """Every file of an archive is one that could be uploaded by itself, and none of them is an archive."""
    for entry in archive.entries:
        with tempfile.SpooledTemporaryFile(SPOOLED) as inner:
            for piece in archive.pieces(entry):
                inner.write(piece)
            if entry.is_dir():
                continue
            inner.seek(0)
            if inner.read(8).startswith((APPLE_DOUBLE, DS_STORE)):
                continue
            try:
                detect(inner, entry.filename, budget=archive.budget, nested=True)
            except Unfit as unfit:
                shown = entry.filename.rsplit("/", 1)[-1][:40]
                raise Unfit(_("压缩包里的“%(name)s”：%(why)s") % {"name": shown, "why": unfit.sentence}) from unfit


def _compound(look: _Look) -> None:
    """[MS-CFB] with the stream of its kind. The names of streams are UTF-16 in directory entries of the file."""
    look.must(look.head.startswith(COMPOUND))
    wanted = STREAMS[look.kind.code]
    locked, *found = _has_streams(look, [ENCRYPTED_PACKAGE, *MACROS, *wanted])
    if locked:
        raise Unfit(_("文件有密码，无法检查；请去掉密码再上传"))
    if any(found[: len(MACROS)]):
        raise Unfit(_("文件里有宏，不能上传；请另存为不带宏的格式"))
    look.must(any(found[len(MACROS) :]))


def _has_streams(look: _Look, names: list[str]) -> list[bool]:
    """Whether the name of each stream stands somewhere in the file, ended by a zero as in a directory entry."""
    wanted = [name.encode("utf-16-le") + b"\0\0" for name in names]
    found, before = [False] * len(names), b""
    look.file.seek(0)
    while piece := look.file.read(PIECE):
        found = [well or name in before + piece for well, name in zip(found, wanted, strict=True)]
        before = piece[-64:]
    return found


def _text(look: _Look) -> None:
    """UTF-8 or GB18030 from end to end, without control characters and without code of a page at its beginning."""
    if look.head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unfit(_("文本是 UTF-16 编码，请另存为 UTF-8"))
    look.must(not look.head.startswith(TEXT_BASED))
    look.must_hold_no_code(look.head)
    readers = [codecs.getincrementaldecoder(name)() for name in ("utf-8", "gb18030")]
    look.file.seek(0)
    while True:
        piece = look.file.read(PIECE)
        look.must(not CONTROLS.search(piece))
        readers = [reader for reader in readers if _reads(reader, piece, last=not piece)]
        look.must(bool(readers))
        if not piece:
            return


def _reads(reader: codecs.IncrementalDecoder, piece: bytes, *, last: bool) -> bool:
    try:
        reader.decode(piece, last)
    except UnicodeDecodeError:
        return False
    return True


_CHECKS: dict[FileKind, Callable[[_Look], None]] = {
    FileKind.PDF: _pdf,
    FileKind.JPEG: _image(lambda look: look.head.startswith(b"\xff\xd8\xff")),
    FileKind.PNG: _image(_is_png),
    FileKind.GIF: _image(_is_gif),
    FileKind.WEBP: _image(_is_webp),
    FileKind.HEIC: _image(_is_heic),
    FileKind.OFD: _container,
    FileKind.DOCX: _container,
    FileKind.XLSX: _container,
    FileKind.PPTX: _container,
    FileKind.ZIP: _container,
    FileKind.DOC: _compound,
    FileKind.XLS: _compound,
    FileKind.PPT: _compound,
    FileKind.TEXT: _text,
}
