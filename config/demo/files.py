"""Small real files of the demonstration, made as they are needed: a page of PDF with its name on it, a picture."""

import struct
import zlib
from collections.abc import Iterable

from django.core.files.uploadedfile import SimpleUploadedFile

from foundation.files.storing import Upload, check

WIDTH, HEIGHT = 320, 200  # pixels of a picture


def made_files(names: Iterable[str]) -> list[Upload]:
    """A file of every name, looked at as one that somebody sends; `.png` is a picture, everything else a page."""
    return [
        check(SimpleUploadedFile(name, picture(name) if name.endswith(".png") else page(name.rpartition(".")[0])))
        for name in names
    ]


def page(title: str) -> bytes:
    """A PDF of one page (ISO 32000-1) that says its title, in the Song type that readers of Chinese have."""
    lines = (title, "（演示文件，由系统生成，没有法律效力）", "第 1 页，共 1 页")
    said = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -36 Td " for line in lines)
    text = f"BT /F 18 Tf 72 740 Td {said}ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        b" /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    )
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        table,
        size,
        len(out),
    )


def picture(name: str) -> bytes:
    """A PNG of sky above ground with a mast in it; where the mast stands follows from the name."""
    mast = 40 + zlib.crc32(name.encode()) % (WIDTH - 80)
    rows = []
    for y in range(HEIGHT):
        sky = (150 + y // 2, 185 + y // 3, 225) if y < HEIGHT * 2 // 3 else (196, 172, 130)
        row = bytearray(bytes(sky) * WIDTH)
        if HEIGHT // 5 < y < HEIGHT * 3 // 4:
            row[mast * 3 : mast * 3 + 18] = bytes((70, 74, 82)) * 6
        rows.append(b"\0" + bytes(row))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
