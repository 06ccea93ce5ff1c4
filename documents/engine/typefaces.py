"""The typefaces of official documents and the files they come from."""

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

FONTS = Path(__file__).resolve().parent.parent / "fonts"


@dataclass(frozen=True)
class Typeface:
    """A typeface by its part in a document. An operator's file `own.otf`, `.ttf` or `.ttc` comes before `shipped`."""

    family: str  # as the style sheet calls it
    own: str
    shipped: str


TYPEFACES = (
    Typeface("Fang", "fangsong", "FandolFang-Regular.otf"),  # 仿宋: text
    Typeface("Kai", "kaiti", "FandolKai-Regular.otf"),  # 楷体: second headings
    Typeface("Hei", "heiti", "FandolHei-Regular.otf"),  # 黑体: first headings and labels
    Typeface("Title", "xiaobiaosong", "GWXiaoBiaoSong.otf"),  # 小标宋: marks and titles
    Typeface("Song", "songti", "GWSongFigures.otf"),  # 宋体: page numbers
    Typeface("Rare", "fangsong-rare", "GWFangSongExt.otf"),  # what the others lack
)


def file_of(typeface: Typeface) -> Path:
    """The operator's file where there is one (settings.DOCUMENT_FONTS_DIR), and the shipped one otherwise."""
    folder: Path | None = settings.DOCUMENT_FONTS_DIR
    if folder is not None:
        for suffix in (".otf", ".ttf", ".ttc"):
            if (own := folder / f"{typeface.own}{suffix}").is_file():
                return own
    return FONTS / typeface.shipped


def font_faces() -> str:
    """The rules by which the style sheet finds the files."""
    return "".join(
        f'@font-face{{font-family:"{face.family}";src:url("{file_of(face).as_uri()}")}}\n' for face in TYPEFACES
    )


def use_no_others() -> None:
    """No font of the machine takes part; before WeasyPrint is imported for the first time."""
    os.environ["FONTCONFIG_FILE"] = str(Path(__file__).resolve().parent / "fonts.conf")
