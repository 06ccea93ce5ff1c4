"""A document is set: the same content gives the same bytes, whoever asks and whenever.

WeasyPrint's font configuration belongs to one thread at a time: shared, it corrupts the memory of the process.
Each thread keeps one for as long as it lives, with the style sheets that were read by it.
"""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from documents.content.base import Content, Imprint
from documents.engine import headlines, typefaces
from documents.engine.layouts import LAYOUTS
from documents.engine.printable import note, printable

with typefaces.no_others():  # it looks which fonts there are when it is imported
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

from documents.engine import archive, justification, long_texts

justification.install()
long_texts.install()

ENGINE = Path(__file__).resolve().parent
GENERAL = ENGINE / "official.css"  # comes first; the other sheets are those of single kinds
LANGUAGE = "zh-CN"


@dataclass(frozen=True)
class Rendered:
    """The bytes of a PDF and how many pages it has."""

    pdf: bytes
    pages: int


class _Press(threading.local):
    """What one thread sets its documents with."""

    def __init__(self) -> None:
        sheets = [GENERAL, *sorted(set(ENGINE.glob("*.css")) - {GENERAL})]
        with typefaces.no_others():
            self.fonts = FontConfiguration()
        self.style = weasyprint.CSS(
            string=typefaces.font_faces() + "".join(sheet.read_text("utf-8") for sheet in sheets),
            font_config=self.fonts,
        )


_press = _Press()


def render(content: Content, imprint: Imprint) -> Rendered:
    """The PDF/A-3u of a document, its machine-readable content attached; without a number it is marked as a draft."""
    # Only what stands in the page itself is read: nothing that somebody typed makes the press open a file or a host.
    page = weasyprint.HTML(string=html(content, imprint), url_fetcher=URLFetcher(allowed_protocols=["data"]))
    document = page.render(font_config=_press.fonts, stylesheets=[_press.style], pdf_variant=archive.VARIANT)
    document.metadata = archive.Metadata(
        archive.record(content, imprint), lang=LANGUAGE, attachments=[archive.attachment(content, imprint)]
    )
    pdf = document.write_pdf(finisher=archive.finish, pdf_variant=archive.VARIANT, pdf_tags=True)
    return Rendered(pdf, len(document.pages))


def html(content: Content, imprint: Imprint) -> str:
    """The page that is set; every character in it can be printed."""
    mark = getattr(content, "mark", "")
    context: dict[str, Any] = {
        "content": content,
        "imprint": imprint,
        "language": LANGUAGE,
        "title_lines": headlines.title_lines(content.title),
        "style": headlines.mark_style(printable(mark)[0]),
        "qr": _qr(imprint.verify_at),
        "code": _code(imprint.verify_at),
    }
    with translation.override(settings.LANGUAGE_CODE), timezone.override(None):
        page, lacking = printable(render_to_string(LAYOUTS[content.kind], context))
        if lacking:
            page, _same = printable(render_to_string(LAYOUTS[content.kind], {**context, "lacking": note(lacking)}))
    return page


def _code(address: str) -> list[str]:
    """What stands at the end of the address, in two halves; nothing for no address."""
    code = address.rstrip("/").rpartition("/")[2]
    half = (len(code) + 1) // 2
    return [part for part in (code[:half], code[half:]) if part]


def _qr(address: str) -> str:
    """The code as the address of a picture; "" for no address."""
    return segno.make(address, error="m", micro=False).svg_data_uri(border=0) if address else ""
