"""Builds the fonts of this folder from what Debian distributes; run by hand, only when a font is to change.

    python documents/fonts/build.py FOLDER

FOLDER holds the unpacked Debian packages texlive-lang-chinese, fonts-noto-cjk and fonts-noto-cjk-extra
(`apt-get download NAME`, then `dpkg -x NAME_*.deb FOLDER`). It needs fontTools, which comes with WeasyPrint, and takes
about two minutes. FandolFang, FandolKai and FandolHei are copied as they are. Three fonts are cut:

- GWFangSongExt fills in what FandolFang lacks, above all rare characters of names: NotoSerifCJK Light, simplified
  Chinese forms, with the vertical metrics of FandolFang, so that a filled-in character does not open the line.
- GWXiaoBiaoSong stands in for 小标宋: NotoSerifCJK Bold, the ideographs of Unicode's first block and signs.
- GWSongFigures has what page numbers need: digits and dashes of FandolSong.
"""

import gzip
import shutil
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

HERE = Path(__file__).resolve().parent
FANDOL = "usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"
NOTO = "usr/share/fonts/opentype/noto"
COPYING = "usr/share/doc/texlive-doc/fonts/fandol/COPYING.gz"
SIMPLIFIED = 2  # the face of a Noto CJK collection whose default forms are those of simplified Chinese
HANGUL = (range(0x1100, 0x1200), range(0x3130, 0x3190), range(0xA960, 0xA980), range(0xAC00, 0xD800))
FIRST_BLOCK = range(0x4E00, 0xA000)
DROPPED = ("DSIG", "VORG", "BASE", "vhea", "vmtx", "GSUB", "GPOS")
VERTICAL = {
    "hhea": ("ascent", "descent", "lineGap"),
    "OS/2": ("sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent"),
}


def main(folder: Path) -> None:
    for name in ("FandolFang", "FandolKai", "FandolHei"):
        shutil.copyfile(folder / FANDOL / f"{name}-Regular.otf", HERE / f"{name}-Regular.otf")
    (HERE / "COPYING-Fandol.txt").write_bytes(gzip.decompress((folder / COPYING).read_bytes()))
    fang = TTFont(HERE / "FandolFang-Regular.otf")
    light = _simplified(folder / NOTO / "NotoSerifCJK-Light.ttc")
    lacking = set(light.getBestCmap()) - set(fang.getBestCmap())
    lacking = {code for code in lacking if not any(code in block for block in HANGUL)}
    for table, fields in VERTICAL.items():
        for field in fields:
            setattr(light[table], field, _scaled(getattr(fang[table], field), fang, light))
    light["BASE"] = fang["BASE"]  # Pango sets fonts of one line by it; without it the line opens by 0.3 px
    _cut(light, lacking, "GWFangSongExt", keep=("BASE",))
    bold = _simplified(folder / NOTO / "NotoSerifCJK-Bold.ttc")
    titles = {code for code in bold.getBestCmap() if code in FIRST_BLOCK or code in fang.getBestCmap()}
    _cut(bold, titles, "GWXiaoBiaoSong")
    song = TTFont(folder / FANDOL / "FandolSong-Regular.otf")
    _cut(song, {*map(ord, "0123456789 "), 0x2012, 0x2013, 0x2014, 0x2015}, "GWSongFigures")


def _simplified(path: Path) -> TTFont:
    return TTCollection(path).fonts[SIMPLIFIED]


def _scaled(value: int, source: TTFont, target: TTFont) -> int:
    return round(value * target["head"].unitsPerEm / source["head"].unitsPerEm)


def _cut(font: TTFont, codes: set[int], name: str, keep: tuple[str, ...] = ()) -> None:
    """Only these characters, without the tables for setting other scripts, under a name of its own (OFL 1.1, 3)."""
    options = subset.Options(layout_features=[], hinting=False, layout_closure=False, notdef_outline=True)
    options.drop_tables += [one for one in DROPPED if one not in keep]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)
    for record in list(font["name"].names):
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = name
        elif record.nameID not in (0, 2, 5, 13, 14):
            font["name"].removeNames(nameID=record.nameID)
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames = [name]
        cff.topDictIndex[0].FullName = cff.topDictIndex[0].FamilyName = name
    font["head"].modified = font["head"].created  # the same font whenever it is built
    font.recalcTimestamp = False
    font.save(HERE / f"{name}.otf")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
