"""Every character is printed by a font that travels with the document, or as 〓 and named."""

import io
import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont

from documents import checks
from documents.content.minutes import Attendant, Minutes, Topic
from documents.engine import typefaces
from documents.engine.printable import printable
from tests.paper import ISSUED, MINUTES, Sheet, fonts, glyphs, minutes, printed, sheets, words

pytestmark = pytest.mark.every_page

OURS = {"Fang", "Kai", "Hei", "Title-Bold", "Song", "Rare-Light"}
RARE = "镕堃喆旻祎赟頔䶮𠅤㑇"
HOSTILE = "😀ᠮᠣᠩ\x00\x07\x1b\ue000\ufffd\u0301é\u202e\u200b\u200dא\U000e0101ก"


def embedded(pdf: bytes) -> set[str]:
    """The names of its fonts; each is in the file, in part, and none shows a glyph for a missing character."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = dict(fonts(opened))
        for descriptor in found.values():
            assert "/FontFile3" in descriptor or "/FontFile2" in descriptor
        for page in opened.pages:
            assert 0 not in set(glyphs(page))
    return set(found)


def test_all_fonts_are_embedded_and_none_is_the_machines() -> None:
    assert embedded(printed(MINUTES)) == OURS


def test_rare_characters_of_names_are_printed_and_do_not_open_the_lines() -> None:
    pdf = printed(minutes(opening=(f"会见{RARE}" * 70,)))

    assert RARE in words(pdf)
    lines = Sheet(pdf, 2).lines[:-1]
    assert len(lines) == 22
    assert [b.baseline - a.baseline for a, b in pairwise(lines)] == pytest.approx([225 / 22] * 21, abs=0.03)
    assert embedded(pdf) <= OURS


def test_every_character_that_one_font_alone_has_is_printed_in_every_typeface() -> None:
    """What only the text face has reaches the headings too, and what only the title's has reaches the text."""
    text_face, kai, hei, title, _song, rare = (typefaces.characters_of(path) for _family, path in typefaces.faces())
    printed_somehow = typefaces.characters()
    odd = [
        code
        for code in range(0x110000)
        if code in printed_somehow
        and code not in rare
        and not all(code in face for face in (text_face, kai, hei, title))
    ]
    text = "".join(character for character in printable("".join(map(chr, odd)))[0] if character.strip())
    assert len(text) > 50
    pdf = printed(minutes(mark=text[:20], topics=(Topic(title=text, said=(text,), decided=(text,)),)))
    assert embedded(pdf) <= OURS


def test_what_no_font_has_breaks_nothing_wherever_it_stands_and_is_named_at_the_end() -> None:
    everywhere: dict[str, Any] = dict.fromkeys(("mark", "title", "place", "issuer"), f"甲{HOSTILE}乙")
    someone = Attendant(name=HOSTILE, post=HOSTILE)
    pdf = printed(minutes(**everywhere, opening=(HOSTILE,), present=(someone,), copies_to=(HOSTILE,)))

    assert embedded(pdf) <= OURS
    text = words(pdf)
    assert text.count(f"{'〓' * 10}é〓〓") == 8
    assert (
        "代替字库未收的字符U+1F600、U+182E、U+1823、U+1829、U+0000、U+0007、U+001B、U+E000、U+FFFD、U+0301、U+05D0、U+0E01；"
        in text
    )


def test_characters_without_a_shape_are_left_out_and_letters_meet_their_marks() -> None:
    assert printable("甲\u202e乙\u200d丙\ufe0f丁\U000e0101") == ("甲乙丙丁", ())
    assert printable("cafe\u0301 a\u2009b\u2028c") == ("café a b c", ())
    assert printable("\u0301甲") == ("〓甲", ("U+0301",))
    assert printable("甲\n乙\t。") == ("甲\n乙\t。", ())


def test_many_missing_characters_are_counted_and_not_all_named() -> None:
    pdf = printed(minutes(opening=("".join(map(chr, range(0x1F600, 0x1F640))),)))
    assert "U+1F627等64个；" in words(pdf)


# --- an operator's fonts ---


def own_font(path: Path, text: str, *, family: str = "Licensed") -> None:
    """A font file with these characters alone, under another name."""
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True)
    font = TTFont(typefaces.FONTS / "FandolKai-Regular.otf")
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = family
    font["CFF "].cff.fontNames = [family]
    font.save(path)


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.DOCUMENT_FONTS_DIR = tmp_path
    return tmp_path


def printed_by_another_thread(content: Minutes) -> bytes:
    """A thread reads the fonts when it sets its first document; another would go on with those it has."""
    from documents.engine.rendering import render

    done: list[bytes] = []
    thread = threading.Thread(target=lambda: done.append(render(content, ISSUED).pdf))
    thread.start()
    thread.join()
    return done[0]


def test_an_operators_font_comes_first_and_the_shipped_one_fills_its_gaps(folder: Path) -> None:
    own_font(folder / "fangsong.otf", "会议听取汇报，。2026年")
    content = minutes(opening=("会议听取汇报，逐项研究镕。",))
    pdf = printed_by_another_thread(content)

    rows = [char for sheet in sheets(pdf) for char in sheet.chars if round(char["size"]) == 16]
    fonts_of = {char["text"]: char["fontname"].split("+")[1] for char in rows}
    assert embedded(pdf) >= {"Fang", "Rare"}
    assert {fonts_of[character] for character in "听取汇报"} == {"Fang"}
    assert {fonts_of[character] for character in "逐项研究"} == {"Rare"}
    assert fonts_of["镕"] == "Rare-Light"
    assert "会议听取汇报，逐项研究镕。" in words(pdf)
    assert pdf != printed(content)


def test_the_folder_is_checked_when_the_program_starts(folder: Path, settings: Any) -> None:
    def said() -> list[tuple[str | None, str]]:
        return [(fault.id, fault.msg) for fault in checks.documents_can_be_set(None)]

    own_font(folder / "kaiti.otf", "一")
    (folder / "LICENCE.txt").write_text("Licensed for embedding.")
    assert said() == []
    (folder / "heiti.ttf").write_bytes(b"no font")
    (folder / "simsun.ttc").write_bytes(b"")
    assert said() == [
        ("documents.E002", "公文字体 heiti.ttf 不能读取。"),
        ("documents.W003", "公文字体文件夹中的 simsun.ttc 不会用到，文件名不在清单中。"),
    ]
    settings.DOCUMENT_FONTS_DIR = folder / "nowhere"
    assert said() == [("documents.E001", f"公文字体文件夹 {folder / 'nowhere'} 不存在。")]
    settings.DOCUMENT_FONTS_DIR = None
    assert said() == []


def test_a_missing_library_is_told_with_the_package_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "NEEDED", {"libpango-1.0-0": "libno-such-pango"})
    monkeypatch.setattr(checks, "FAST", {"libharfbuzz-subset0": "libno-such-subset"})
    assert [(fault.id, fault.msg, fault.hint) for fault in checks.documents_can_be_set(None)] == [
        (
            "documents.W001",
            "没有找到 libno-such-pango，不能生成公文。",
            "在后台任务所在的机器上安装：apt-get install libpango-1.0-0",
        ),
        (
            "documents.W002",
            "没有找到 libno-such-subset，生成公文要慢十倍以上。",
            "在后台任务所在的机器上安装：apt-get install libharfbuzz-subset0",
        ),
    ]


def test_the_check_and_weasyprint_find_the_same_subsetter() -> None:
    printed(minutes())
    from weasyprint.text import ffi

    assert checks.present("libharfbuzz-subset") == (ffi.harfbuzz_subset is not None) is True
