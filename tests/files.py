"""Small real files of every kind, and files that are not what they say."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from django.core.files.uploadedfile import SimpleUploadedFile

from foundation.files.storing import Upload, check

# The test file of the anti-virus industry (eicar.org): harmless, and found by every scanner.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + bytes(40) + b"\xff\xd9"
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
WEBP = b"RIFF" + struct.pack("<I", 30) + b"WEBPVP8 " + struct.pack("<I", 18) + bytes(18)
HEIC = struct.pack(">I", 24) + b"ftypheic" + bytes(4) + b"mif1heic" + bytes(64)
TEXT = "现有容量 630 千伏安，需要 1250 千伏安。\r\n".encode()
GB18030 = "现有容量 630 千伏安\n".encode("gb18030")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = b"".join(
    (
        b"\x89PNG\r\n\x1a\n",
        _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        _chunk(b"IDAT", zlib.compress(b"\0\0")),
        _chunk(b"IEND", b""),
    )
)


def archive(entries: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    """A ZIP archive of these entries."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as made:
        for name, data in entries.items():
            made.writestr(name, data)
        made.comment = comment
    return content.getvalue()


def office(part: str, **more: bytes) -> bytes:
    """An office document with this main part."""
    return archive({"[Content_Types].xml": b"<Types/>", part: b"<document/>", **more})


def compound(*streams: str) -> bytes:
    """A compound file with directory entries of these names; enough of it to be known by."""
    entries = b"".join(name.encode("utf-16-le").ljust(64, b"\0") + bytes(64) for name in ("Root Entry", *streams))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + entries


DOCX, XLSX, PPTX = office("word/document.xml"), office("xl/workbook.xml"), office("ppt/presentation.xml")
OFD = archive({"OFD.xml": b"<OFD/>", "Doc_0/Document.xml": b"<Document/>"})
ZIP = archive({"一/说明.txt": TEXT, "现场.jpg": JPEG, "方案.docx": DOCX})
DOC, XLS, PPT = compound("WordDocument"), compound("Workbook"), compound("PowerPoint Document")

# Name → content, and the kind that is found.
GOOD = {
    "合同.pdf": (PDF, "PDF"),
    "现场.jpg": (JPEG, "JPEG"),
    "现场.JPEG": (JPEG, "JPEG"),
    "截图.png": (PNG, "PNG"),
    "动图.gif": (GIF, "GIF"),
    "图.webp": (WEBP, "WEBP"),
    "IMG_0001.HEIC": (HEIC, "HEIC"),
    "批复.ofd": (OFD, "OFD"),
    "方案.docx": (DOCX, "DOCX"),
    "清单.xlsx": (XLSX, "XLSX"),
    "汇报.pptx": (PPTX, "PPTX"),
    "旧方案.doc": (DOC, "DOC"),
    "方案.wps": (DOC, "DOC"),
    "旧清单.xls": (XLS, "XLS"),
    "更旧的清单.xls": (compound("Book"), "XLS"),
    "清单.et": (XLS, "XLS"),
    "旧汇报.ppt": (PPT, "PPT"),
    "汇报.dps": (PPT, "PPT"),
    "说明.txt": (TEXT, "TEXT"),
    "说明国标.txt": (GB18030, "TEXT"),
    "数据.csv": (b"\xef\xbb\xbfa,b\r\n1,2\r\n", "TEXT"),
    "材料.zip": (ZIP, "ZIP"),
}


def sent(name: str = "合同.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def upload(name: str = "合同.pdf", content: bytes = PDF) -> Upload:
    """A file that was looked at, as a move takes it."""
    return check(sent(name, content))
