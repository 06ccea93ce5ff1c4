"""A document is set: the same content gives the same bytes, whoever asks and whenever.

WeasyPrint's font configuration belongs to one thread at a time: shared, it corrupts the memory of the process.
Each thread keeps one for as long as it lives, with the style sheet that was read by it.
"""

import threading
from dataclasses import dataclass
from pathlib import Path

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from documents.content.base import Content, Imprint, machine_readable
from documents.engine import typefaces
from documents.engine.layouts import LAYOUTS

typefaces.use_no_others()

import weasyprint  # noqa: E402 (reads which fonts there are when it is imported)
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import URLFetcher  # noqa: E402

from documents.engine import justification  # noqa: E402

justification.install()

STYLES = tuple(Path(__file__).resolve().parent / name for name in ("official.css", "forms.css"))
ATTACHED = "content.json"


@dataclass(frozen=True)
class Rendered:
    """The bytes of a PDF and how many pages it has."""

    pdf: bytes
    pages: int


class _Press(threading.local):
    """What one thread sets its documents with."""

    def __init__(self) -> None:
        self.fonts = FontConfiguration()
        rules = typefaces.font_faces() + "".join(file.read_text("utf-8") for file in STYLES)
        self.style = weasyprint.CSS(string=rules, font_config=self.fonts)


_press = _Press()


def render(content: Content, imprint: Imprint) -> Rendered:
    """The PDF/A-3u of a document, its machine-readable content attached; without a number it is marked as a draft."""
    data = machine_readable(content, imprint)
    page = _html(content, imprint)
    # Only what stands in the page itself is read: nothing that somebody typed makes the press open a file or a host.
    document = weasyprint.HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=["data"])).render(
        font_config=_press.fonts, stylesheets=[_press.style], pdf_variant="pdf/a-3u", pdf_tags=True
    )
    attached = weasyprint.Attachment(string=data, name=ATTACHED, relationship="Source")
    document.metadata.attachments = [attached]
    pdf = document.write_pdf(pdf_variant="pdf/a-3u", pdf_tags=True)
    return Rendered(pdf, len(document.pages))


def _html(content: Content, imprint: Imprint) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string(
            LAYOUTS[content.kind],
            {"content": content, "imprint": imprint, "qr": _qr(imprint.verify_at)},
        )


def _qr(address: str) -> str:
    """The code as the address of a picture; "" for no address."""
    return segno.make(address, error="m", micro=False).svg_data_uri(border=0) if address else ""
