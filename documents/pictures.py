"""The pages of a PDF as pictures and as text, made when they are asked for: a document's bytes never change.

pdfium is not safe for threads: a process draws one page at a time, and closes everything before the next begins.
"""

import io
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import IO, Any

import pypdfium2
from PIL import Image

WIDTHS = (480, 960, 1440)  # pixels; the middle one is about 110 dpi of A4
COLOURS = 32  # black, red and the greys between letters and paper: a third of the bytes of true colour

_pdfium = threading.Lock()


@dataclass(frozen=True)
class Sheet:
    """One page: its number from 1, and its size in points."""

    number: int
    width: int
    height: int


def sheets(file: IO[bytes], numbers: Sequence[int]) -> list[Sheet]:
    """The sizes of these pages; a number beyond the last one is left out."""
    with _document(file) as document:
        there = [number for number in numbers if 1 <= number <= len(document)]
        sizes = [document.get_page_size(number - 1) for number in there]
    return [Sheet(number, round(width), round(height)) for number, (width, height) in zip(there, sizes, strict=True)]


def texts(file: IO[bytes], numbers: Sequence[int]) -> list[str]:
    """The words of these pages, line by line as on the paper."""
    found = []
    with _document(file) as document:
        for number in numbers:
            with closing(document[number - 1]) as page, closing(page.get_textpage()) as words:
                found.append(words.get_text_range().replace("\r\n", "\n").strip())
    return found


def picture(file: IO[bytes], number: int, *, width: int) -> bytes | None:
    """The PNG of one page, so many pixels wide; None for a number beyond the last one."""
    with _document(file) as document:
        if not 1 <= number <= len(document):
            return None
        with closing(document[number - 1]) as page, closing(page.render(scale=width / page.get_width())) as bitmap:
            drawn = bitmap.to_pil().quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    out = io.BytesIO()
    drawn.save(out, "PNG", compress_level=6)
    return out.getvalue()


@contextmanager
def _document(file: IO[bytes]) -> Iterator[Any]:
    """The file is read whole and closed first: what is drawn lies in memory, and nobody waits for a disk."""
    with file:
        content = file.read()
    with _pdfium, closing(pypdfium2.PdfDocument(content)) as document:
        yield document
