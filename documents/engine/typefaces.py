"""The typefaces of official documents, the files they come from, and the characters those files have."""

import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont, TTLibError
from PIL import ImageFont

FONTS = Path(__file__).resolve().parent.parent / "fonts"
SUFFIXES = (".otf", ".ttf")
EM = 1000  # what characters are measured in


@dataclass(frozen=True)
class Typeface:
    """A typeface by its part in a document. An operator's file `own.otf` or `own.ttf` comes before `shipped`."""

    family: str  # as the style sheet calls it
    own: str
    shipped: str


TITLE = Typeface("Title", "xiaobiaosong", "GWXiaoBiaoSong.otf")  # 小标宋: marks and titles
TYPEFACES = (
    Typeface("Fang", "fangsong", "FandolFang-Regular.otf"),  # 仿宋: text
    Typeface("Kai", "kaiti", "FandolKai-Regular.otf"),  # 楷体: second headings
    Typeface("Hei", "heiti", "FandolHei-Regular.otf"),  # 黑体: first headings and labels
    TITLE,
    Typeface("Song", "songti", "GWSongFigures.otf"),  # 宋体: page numbers
    Typeface("Rare", "fangsong-rare", "GWFangSongExt.otf"),  # what the others lack
)


def file_of(typeface: Typeface) -> Path:
    """The operator's file where there is one (settings.DOCUMENT_FONTS_DIR), and the shipped one otherwise."""
    folder: Path | None = settings.DOCUMENT_FONTS_DIR
    if folder is not None:
        for suffix in SUFFIXES:
            if (own := folder / f"{typeface.own}{suffix}").is_file():
                return own
    return FONTS / typeface.shipped


def faces() -> list[tuple[str, Path]]:
    """Each family with its file. An operator's text face often has the 6,763 characters of GB 2312 alone: what it
    lacks comes from the shipped one, under the same family as the rare characters."""
    chosen = [(face.family, file_of(face)) for face in TYPEFACES]
    text, rare = TYPEFACES[0], TYPEFACES[-1]
    for face in (text, rare):
        if file_of(face) != FONTS / face.shipped:
            chosen.append((rare.family, FONTS / face.shipped))
    return chosen


def font_faces() -> str:
    """The rules by which the style sheet finds the files."""
    return "".join(f'@font-face{{font-family:"{family}";src:url("{path.as_uri()}")}}\n' for family, path in faces())


class Characters:
    """Which code points there are; a bit for each, for there are tens of thousands."""

    def __init__(self) -> None:
        self._bits = bytearray(0x110000 // 8)

    def add(self, code: int) -> None:
        self._bits[code >> 3] |= 1 << (code & 7)

    def __contains__(self, code: int) -> bool:
        return bool(self._bits[code >> 3] >> (code & 7) & 1)


def characters() -> Characters:
    """The code points that a document can print."""
    return characters_of(*(path for _family, path in faces()))


@lru_cache(maxsize=8)
def characters_of(*paths: Path) -> Characters:
    """The code points that these font files have between them."""
    found = Characters()
    for path in paths:
        with TTFont(path, lazy=True) as font:
            # Numbers for names, which would otherwise be read from the outlines: 30 MB for each font.
            font.setGlyphOrder(list(range(font["maxp"].numGlyphs)))
            for code, glyph in font.getBestCmap().items():
                if glyph:
                    found.add(code)
    return found


def readable(path: Path) -> bool:
    """Whether the file is a font that may be read and has characters."""
    try:
        with path.open("rb") as file, TTFont(file, lazy=True) as font:
            return bool(font.getBestCmap())
    except (OSError, TTLibError, LookupError, AssertionError, struct.error):
        return False


@lru_cache(maxsize=64)
def extent(path: Path, text: str) -> tuple[float, float]:
    """How wide a line of this text is and how far it reaches above its baseline, in em."""
    font = ImageFont.truetype(path, EM, layout_engine=ImageFont.Layout.BASIC)
    return font.getlength(text) / EM, -font.getbbox(text, anchor="ls")[1] / EM


_environment = threading.Lock()


@contextmanager
def no_others() -> Iterator[None]:
    """No font of the machine takes part in what is loaded within: fontconfig reads this variable when it starts.

    Only within, for a browser that this process starts needs the fonts of the machine.
    """
    with _environment:
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(Path(__file__).resolve().parent / "fonts.conf")
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before
