"""The kinds of files that are taken: how they are called, which extensions they have, how they are served."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class FileKind(models.TextChoices):
    """A kind of file by its content. The values are kept with the file and never change."""

    PDF = "PDF", _("PDF 文件")
    JPEG = "JPEG", _("JPEG 图片")
    PNG = "PNG", _("PNG 图片")
    GIF = "GIF", _("GIF 图片")
    WEBP = "WEBP", _("WebP 图片")
    HEIC = "HEIC", _("HEIC 照片")
    OFD = "OFD", _("OFD 版式文件")
    DOCX = "DOCX", _("Word 文档")
    XLSX = "XLSX", _("Excel 表格")
    PPTX = "PPTX", _("PowerPoint 演示文稿")
    DOC = "DOC", _("旧版 Word 文档")
    XLS = "XLS", _("旧版 Excel 表格")
    PPT = "PPT", _("旧版 PowerPoint 演示文稿")
    TEXT = "TEXT", _("文本文件")
    ZIP = "ZIP", _("ZIP 压缩包")


@dataclass(frozen=True)
class Kind:
    """One row of the table: extensions without the dot, media type, and whether a browser may show it in the page."""

    code: FileKind
    extensions: tuple[str, ...]
    media: str
    inline: bool = False

    @property
    def label(self) -> Any:
        return self.code.label


_OOXML = "application/vnd.openxmlformats-officedocument."

# WPS writes its own extensions over the same two containers as Office. Inline is only what no browser runs: bitmaps.
# A PDF is not among them: its viewers refuse to work under the sandbox that everything is served with.
KINDS = (
    Kind(FileKind.PDF, ("pdf",), "application/pdf"),
    Kind(FileKind.JPEG, ("jpg", "jpeg"), "image/jpeg", inline=True),
    Kind(FileKind.PNG, ("png",), "image/png", inline=True),
    Kind(FileKind.GIF, ("gif",), "image/gif", inline=True),
    Kind(FileKind.WEBP, ("webp",), "image/webp", inline=True),
    Kind(FileKind.HEIC, ("heic", "heif"), "image/heic"),
    Kind(FileKind.OFD, ("ofd",), "application/ofd"),
    Kind(FileKind.DOCX, ("docx",), _OOXML + "wordprocessingml.document"),
    Kind(FileKind.XLSX, ("xlsx",), _OOXML + "spreadsheetml.sheet"),
    Kind(FileKind.PPTX, ("pptx",), _OOXML + "presentationml.presentation"),
    Kind(FileKind.DOC, ("doc", "wps"), "application/msword"),
    Kind(FileKind.XLS, ("xls", "et"), "application/vnd.ms-excel"),
    Kind(FileKind.PPT, ("ppt", "dps"), "application/vnd.ms-powerpoint"),
    Kind(FileKind.TEXT, ("txt", "csv"), "text/plain"),
    Kind(FileKind.ZIP, ("zip",), "application/zip"),
)
BY_CODE: dict[str, Kind] = {kind.code.value: kind for kind in KINDS}
BY_EXTENSION: dict[str, Kind] = {extension: kind for kind in KINDS for extension in kind.extensions}
# What a phone or a browser is asked to offer: photos by their family, so that it offers the camera and the gallery.
ACCEPT = ",".join(["image/*", *(f".{extension}" for extension in BY_EXTENSION)])


class Unfit(Exception):
    """A file that is not taken; `sentence` says why and what to do, without its name."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(sentence)
