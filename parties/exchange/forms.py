"""What is filled in to bring a table in."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.sheets.model import SheetImport
from parties.exchange.checking import MOST_ROWS
from parties.exchange.kinds import Kind
from parties.exchange.starting import LONGEST_NOTE


class UploadForm(forms.Form):
    """The table."""

    use_required_attribute = False

    file = forms.FileField(
        label=gettext_lazy("文件"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"empty": gettext_lazy("文件是空的"), "required": gettext_lazy("请选择文件")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = {"n": settings.FILES_LARGEST, "rows": MOST_ROWS}
        self.fields["file"].help_text = _("填好的模板或导出的表，.xlsx 或 .csv，不超过 %(n)s MB、%(rows)s 行") % most


class ConfirmForm(forms.Form):
    """That what the preview shows is to hold."""

    use_required_attribute = False

    only_good = forms.BooleanField(required=False)
    note = forms.CharField(required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, sheet: SheetImport, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        good = {"bad": sheet.rows_bad, "good": sheet.rows_to_write}
        self.fields["only_good"].label = _("只导入没有错误的 %(good)s 行，有误的 %(bad)s 行不导入") % good
        self.fields["note"].label = kind.asks
        if not sheet.rows_bad:
            del self.fields["only_good"]
        if kind.asks:
            self.fields["note"].required = True
            self.fields["note"].error_messages["required"] = _("请写明%(what)s") % {"what": kind.asks}
        else:
            del self.fields["note"]
