"""The kinds of files in which a table leaves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.files.kinds import FileKind


class SheetKind(models.TextChoices):
    """A kind of file by its extension. The values are kept with what was taken out and never change."""

    XLSX = "xlsx", _("Excel 表格（.xlsx）")
    CSV = "csv", _("CSV 文本（.csv，UTF-8）")


STORED_AS = {SheetKind.XLSX: FileKind.XLSX, SheetKind.CSV: FileKind.TEXT}
