"""What a file is: by its content, whatever it is called; and what is never taken."""

import io
import stat
import struct
import time
import tracemalloc
import zipfile
import zlib

import pytest
from django.test import override_settings

from foundation.files.detection import detect
from foundation.files.kinds import BY_EXTENSION, KINDS, FileKind, Unfit
from tests.files import (
    DOC,
    DOCX,
    EICAR,
    GIF,
    GOOD,
    HEIC,
    JPEG,
    OFD,
    PDF,
    PNG,
    TEXT,
    WEBP,
    XLSX,
    ZIP,
    archive,
    compound,
    office,
)

MEGABYTE = 1024 * 1024


def kind_of(name: str, content: bytes) -> str:
    return detect(io.BytesIO(content), name).code.value


def why_not(name: str, content: bytes) -> str:
    with pytest.raises(Unfit) as unfit:
        detect(io.BytesIO(content), name)
    return unfit.value.sentence


@pytest.mark.parametrize("name", GOOD)
def test_every_kind_is_known_by_its_content(name: str) -> None:
    content, kind = GOOD[name]
    assert kind_of(name, content) == kind


def test_the_table_has_every_kind_once_and_the_examples_every_extension() -> None:
    assert [kind.code for kind in KINDS] == list(FileKind)
    assert {name.rpartition(".")[2].lower() for name in GOOD} | {"heif"} == set(BY_EXTENSION)


@pytest.mark.parametrize("name", GOOD)
def test_an_extension_that_the_content_does_not_bear_out_is_refused(name: str) -> None:
    """Every content under every extension but its own."""
    content, kind = GOOD[name]
    for extension, other in BY_EXTENSION.items():
        if other.code != kind:
            assert why_not(f"文件.{extension}", content), extension


@pytest.mark.parametrize(
    "extension",
    [
        *("svg", "html", "htm", "js", "exe", "msi", "docm", "xlsm", "jar", "mp4", "bat", "ps1", "lnk", "rar", "7z"),
        *("pdf.exe", "jpg.html"),
    ],
)
def test_other_extensions_are_refused_whatever_they_hold(extension: str) -> None:
    for content in (PDF, JPEG, TEXT, ZIP):
        assert why_not(f"文件.{extension}", content) == f"不能上传这种文件（{extension.rpartition('.')[2]}）"


@pytest.mark.parametrize("name", ["没有扩展名", "点."])
def test_a_file_without_an_extension_is_refused(name: str) -> None:
    assert why_not(name, PDF) == "不能上传这种文件（没有扩展名）"


@pytest.mark.parametrize(
    "content", [b"MZ\x90\0\3", b"\x7fELF\2\1", b"#!/bin/sh\nrm -rf /\n", b"\xcf\xfa\xed\xfe\7", b"\xca\xfe\xba\xbe\0"]
)
def test_programs_are_refused_under_any_name(content: bytes) -> None:
    for name in ("方案.docx", "说明.txt", "合同.pdf", "程序.exe"):
        assert why_not(name, content + bytes(100)) == "这是程序或脚本，不能上传"


def test_an_empty_file_is_refused() -> None:
    assert why_not("合同.pdf", b"") == "文件是空的"


# --- two things at once ---


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("后移.pdf", b"\n" + PDF),
        ("图后.pdf", GIF + PDF),
        ("包.pdf", PDF + ZIP),
        ("包.jpg", JPEG + ZIP),
        ("包.png", PNG + ZIP),
        ("包.gif", GIF + ZIP + b";"),
        ("包.webp", WEBP + ZIP),
        ("包在后注释里.pdf", PDF[:9] + archive({"a.txt": TEXT}, comment=PDF[9:])),
        ("头.jpg", JPEG[:20] + b"<script>alert(1)</script>" + JPEG[20:]),
        ("尾.jpg", JPEG + b"<HTML><body onload=x>"),
        ("尾.png", PNG + b"<svg onload=x>"),
        ("头.gif", GIF[:13] + b"<?php system(1) ?>" + GIF[13:]),
        ("尾.heic", HEIC + b"<iframe src=x>"),
        ("尾.webp", WEBP + b"<script>"),
        ("尾.pdf", PDF + b"<script>"),
        ("前.pdf", PDF[:9] + b"<html><script>x</script>" + PDF[9:]),
        ("页.txt", b"  <!DOCTYPE html><p>x"),
        ("图.txt", b'<?xml version="1.0"?><svg xmlns="x">'),
        ("脚本.csv", b"a,b\n<script>x</script>"),
        ("前.zip", b"MZ" + ZIP),
        ("前.docx", PDF + DOCX),
        ("后.docx", DOCX + b"x"),
        ("程序.zip", b"PK\3\4" + bytes(40)),
        ("空.zip", b"PK\5\6" + bytes(18)),
    ],
)
def test_a_file_that_is_two_things_is_refused(name: str, content: bytes) -> None:
    assert why_not(name, content)


def test_an_avif_or_a_video_is_no_photo() -> None:
    for brand in (b"avif", b"isom", b"qt  "):
        assert why_not("照片.heic", HEIC.replace(b"heic", brand, 1))


@pytest.mark.parametrize(
    "content", [TEXT + b"\0", TEXT + b"\x1b[31m", b"\xff\xfea\0b\0", b"\x80\x80\xff", TEXT[:-3] + b"\xff"]
)
def test_a_text_is_readable_from_end_to_end(content: bytes) -> None:
    assert why_not("说明.txt", content)


def test_a_long_text_is_read_in_pieces_that_may_cut_a_character() -> None:
    for encoding in ("utf-8", "gb18030"):
        assert kind_of("长.txt", ("x" + "汉字𠮷" * 400_000).encode(encoding)) == "TEXT"
    assert why_not("长.txt", ("汉" * 400_000).encode() + b"\xe6")


# --- office documents ---


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("宏.docx", office("word/document.xml", **{"word/vbaProject.bin": b"x"})),
        ("宏.xlsx", office("xl/workbook.xml", **{"xl/VBAPROJECT.BIN": b"x"})),
        ("宏表.xlsx", office("xl/workbook.xml", **{"xl/macrosheets/sheet1.xml": b"x"})),
        ("宏.doc", compound("WordDocument", "Macros", "_VBA_PROJECT")),
        ("宏.xls", compound("Workbook", "_VBA_PROJECT_CUR")),
    ],
)
def test_documents_with_macros_are_refused_with_a_way_out(name: str, content: bytes) -> None:
    assert why_not(name, content) == "文件里有宏，不能上传；请另存为不带宏的格式"


def test_documents_with_a_password_are_refused_with_a_way_out() -> None:
    locked = compound("EncryptedPackage", "EncryptionInfo")
    for name in ("方案.docx", "清单.xlsx", "旧方案.doc"):
        assert why_not(name, locked) == "文件有密码，无法检查；请去掉密码再上传"


def test_the_name_of_a_stream_is_found_where_two_reads_meet() -> None:
    padding = bytes(MEGABYTE - len(compound()) - 10)
    content = compound() + padding + "WordDocument".encode("utf-16-le").ljust(64, b"\0")
    assert kind_of("旧方案.doc", content) == "DOC"
    assert why_not("旧清单.xls", content)


# --- archives ---


def with_flag(content: bytes, flag: int) -> bytes:
    """The archive with a flag in both headers of its first entry."""
    raw = bytearray(content)
    directory = content.index(b"PK\1\2")
    raw[6:8] = struct.pack("<H", flag)
    raw[directory + 8 : directory + 10] = struct.pack("<H", flag)
    return bytes(raw)


def link(target: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        info = zipfile.ZipInfo("link.txt")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(info, target)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (archive({"../../etc/cron.d/x.txt": TEXT}), "指向别处的路径"),
        (archive({"a/../../x.txt": TEXT}), "指向别处的路径"),
        (archive({"..\\x.txt": TEXT}), "指向别处的路径"),
        (archive({"/etc/passwd.txt": TEXT}), "指向别处的路径"),
        (archive({"C:\\x.txt": TEXT}), "指向别处的路径"),
        (link("/etc/passwd"), "指向别处的链接"),
        (with_flag(archive({"a.txt": TEXT}), 0x1), "文件有密码"),
        (archive({"a.txt": TEXT}, method=zipfile.ZIP_LZMA), "压缩方式不常见"),
        (archive({"a.txt": TEXT}, method=zipfile.ZIP_BZIP2), "压缩方式不常见"),
        (archive({"里面.zip": ZIP}), "压缩包里还有压缩包"),
        (archive({"程序.exe": b"MZ"}), "这是程序或脚本"),
        (archive({"合同.pdf": b"MZ\x90"}), "这是程序或脚本"),
        (archive({"合同.pdf": TEXT}), "内容却不是PDF 文件"),
        (archive({"页.html": b"<html>"}), "不能上传这种文件（html）"),
        (archive({"宏.docx": office("word/document.xml", **{"word/vbaProject.bin": b"x"})}), "文件里有宏"),
        (archive({"包.7z": b"7z\xbc\xaf\x27\x1c"}), "不能上传这种文件（7z）"),
    ],
)
def test_an_archive_with_something_bad_in_it_is_refused(content: bytes, sentence: str) -> None:
    assert sentence in why_not("材料.zip", content)


def test_what_macos_adds_to_an_archive_is_no_reason_to_refuse_it() -> None:
    extra = {"__MACOSX/._现场.jpg": b"\0\5\x16\7" + bytes(60), ".DS_Store": b"\0\0\0\1Bud1" + bytes(60), "空/": b""}
    assert kind_of("材料.zip", archive({"现场.jpg": JPEG, **extra})) == "ZIP"


def test_a_document_called_an_archive_is_named_as_what_it_is_not() -> None:
    for content in (DOCX, XLSX, OFD):
        assert "内容却不是ZIP 压缩包" in why_not("材料.zip", content)


def bomb(size: int) -> bytes:
    """An archive of a few KB whose one text of blanks is so many bytes long."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made, made.open("a.txt", "w") as out:
        for _n in range(size // MEGABYTE):
            out.write(b" " * MEGABYTE)
    return content.getvalue()


def understated(content: bytes, size: int, checksum: int) -> bytes:
    """The archive with another size and checksum of its one entry, everywhere."""
    raw = bytearray(content)
    directory = content.rindex(b"PK\1\2")
    for at in (14, directory + 16):
        raw[at : at + 4] = struct.pack("<I", checksum)
    for at in (22, directory + 24):
        raw[at : at + 4] = struct.pack("<I", size)
    return bytes(raw)


def measured(name: str, content: bytes) -> tuple[str, int, float]:
    """The refusal, the most memory it took in bytes, and the seconds."""
    file = io.BytesIO(content)
    tracemalloc.start()
    began = time.perf_counter()
    try:
        with pytest.raises(Unfit) as unfit:
            detect(file, name)
        return unfit.value.sentence, tracemalloc.get_traced_memory()[1], time.perf_counter() - began
    finally:
        tracemalloc.stop()


def test_a_bomb_is_cut_off_by_what_really_comes_out_in_little_memory_and_time() -> None:
    content = bomb(300 * MEGABYTE)
    assert len(content) < MEGABYTE
    sentence, memory, seconds = measured("材料.zip", content)
    assert sentence == "压缩比异常，可能是压缩炸弹，不能上传"
    assert memory < 8 * MEGABYTE
    assert seconds < 10
    assert measured("方案.docx", archive({"[Content_Types].xml": b"x", "word/document.xml": b" " * 50 * MEGABYTE}))[
        0
    ] == ("压缩比异常，可能是压缩炸弹，不能上传")


def test_a_bomb_that_states_a_small_size_is_found_out() -> None:
    """With the checksum of the stated part: a reader that believes the directory would find nothing wrong."""
    honest = archive({"a.txt": b" " * 9 * MEGABYTE})
    lying = understated(honest, 100, zlib.crc32(b" " * 100))
    with zipfile.ZipFile(io.BytesIO(lying)) as believed:
        assert believed.read("a.txt") == b" " * 100
    assert why_not("材料.zip", lying) == "文件已损坏，打不开；请重新导出或重新压缩"
    assert kind_of("材料.zip", honest) == "ZIP"


def noise(size: int) -> bytes:
    """Text that shrinks by less than half."""
    return b"".join(zlib.crc32(n.to_bytes(4, "big")).to_bytes(4, "big").hex().encode() for n in range(size // 8))


def test_what_comes_out_of_all_entries_and_documents_inside_is_added_up() -> None:
    part = noise(MEGABYTE)
    inner = office("word/document.xml", **{"word/media/1.bin": part})
    content = archive({f"{n}.docx": inner for n in range(3)}, method=zipfile.ZIP_STORED)
    with override_settings(FILES_ARCHIVE_UNPACKED=5):  # 3 documents, and what is in each of them
        assert kind_of("材料.zip", content) == "ZIP"
    with override_settings(FILES_ARCHIVE_UNPACKED=4):
        assert "解压后超过 4 MB" in why_not("材料.zip", content)


def test_too_many_entries_are_refused_before_they_are_read() -> None:
    content = archive({f"{n}.txt": b"x" for n in range(30)})
    with override_settings(FILES_ARCHIVE_ENTRIES=30):
        assert kind_of("材料.zip", content) == "ZIP"
    with override_settings(FILES_ARCHIVE_ENTRIES=29):
        assert why_not("材料.zip", content) == "压缩包里的文件太多，最多 29 个"
    many = archive({"x" * 200 + f"{n}.txt": b"" for n in range(6000)}, method=zipfile.ZIP_STORED)
    sentence, memory, seconds = measured("材料.zip", many)
    assert sentence == "压缩包里的文件太多，最多 3000 个"
    assert memory < 4 * MEGABYTE
    assert seconds < 2


def test_a_directory_that_counts_fewer_entries_than_it_has_is_counted() -> None:
    content = bytearray(archive({f"{n}.txt": b"x" for n in range(30)}))
    content[-14:-10] = struct.pack("<HH", 1, 1)
    with override_settings(FILES_ARCHIVE_ENTRIES=20):
        assert why_not("材料.zip", bytes(content)) == "压缩包里的文件太多，最多 20 个"


def test_entries_that_share_their_bytes_are_refused() -> None:
    """As in the bomb of D. Fifield: many entries of the directory, one body."""
    content = archive({"a.txt": TEXT, "b.txt": TEXT})
    directory = content.index(b"PK\1\2")
    second = content.index(b"PK\1\2", directory + 4)
    raw = bytearray(content)
    raw[second + 42 : second + 46] = struct.pack("<I", 0)
    assert why_not("材料.zip", bytes(raw))


def test_a_directory_that_calls_an_entry_by_another_name_is_refused() -> None:
    content = archive({"a.txt": TEXT})
    assert why_not("材料.zip", content.replace(b"a.txt", b"b.txt", 1))


@pytest.mark.parametrize("cut", [10, 40, 100, 200, len(ZIP) - 1])
def test_an_archive_that_was_cut_off_is_refused(cut: int) -> None:
    assert why_not("材料.zip", ZIP[:cut])


def test_an_archive_with_one_wrong_bit_in_its_content_is_refused() -> None:
    content = archive({"a.txt": noise(2000)})
    for at in (40, 400, content.index(b"PK\1\2") - 2, content.index(b"PK\1\2") + 17):
        raw = bytearray(content)
        raw[at] ^= 1
        assert why_not("材料.zip", bytes(raw)), at


def test_the_test_virus_is_a_text_that_only_a_scanner_knows() -> None:
    assert kind_of("说明.txt", EICAR) == "TEXT"


def test_an_old_document_is_known_by_its_stream_alone() -> None:
    assert why_not("旧方案.doc", compound("Root"))
    assert why_not("安装.doc", compound("!_StringData"))
    assert kind_of("旧方案.doc", DOC) == "DOC"
