"""Files in forms: the field that looks at each of them, and the forms of the moves with attachments."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.demands import queries, rules
from cases.demands.forms.fields import MoveForm, PublicIdChoice
from cases.demands.models import Attachment
from foundation.files.kinds import ACCEPT, Unfit
from foundation.files.storing import Upload, check


class FilesInput(forms.FileInput):
    """Several files at once. Without `capture`, so that a phone offers its camera and its gallery."""

    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__(attrs={"accept": ACCEPT})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return files.getlist(name) if hasattr(files, "getlist") else []


def _hint() -> str:
    words = {"mb": settings.FILES_LARGEST, "n": settings.FILES_AT_ONCE}
    return (
        _("照片、PDF、OFD、Word、Excel、PowerPoint、WPS、文本或 ZIP；每个不超过 %(mb)s MB，一次最多 %(n)s 个") % words
    )


class FilesField(forms.Field):
    """Files as uploads that were looked at (`foundation.files.storing.Upload`), for the moves that attach them.

    Each file is judged by itself: `accepted` has those that are taken, also when others are refused and the field has
    an error that names each of these with its sentence.
    """

    widget = FilesInput
    takes_files = True  # no part of a JSON body
    accepted: tuple[Upload, ...] = ()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("附件"), "help_text": lazy(_hint, str)(), **kwargs})

    def clean(self, value: Any) -> list[Upload]:
        files = list(value or [])
        if not files and self.required:
            raise forms.ValidationError(_("请选择文件"))
        if len(files) > settings.FILES_AT_ONCE:
            raise forms.ValidationError(_("一次最多 %(n)s 个文件") % {"n": settings.FILES_AT_ONCE})
        accepted, refused = [], []
        for file in files:
            try:
                accepted.append(check(file))
            except Unfit as unfit:
                words = {"name": str(file.name)[:60], "why": unfit.sentence}
                refused.append(_("“%(name)s”没有收下：%(why)s") % words)
        self.accepted = tuple(accepted)
        if refused:
            raise forms.ValidationError(refused)
        return accepted


class AttachForm(MoveForm):
    uploads = FilesField()
    description = forms.CharField(
        label=gettext_lazy("说明"),
        required=False,
        max_length=rules.LONGEST_DESCRIPTION,
        help_text=gettext_lazy("这些文件是什么"),
    )

    def accepted(self) -> Sequence[Upload]:
        """The files that are taken, also where others are refused."""
        self.is_valid()
        return getattr(self.fields["uploads"], "accepted", ())


class PublicAttachForm(AttachForm):
    def prepare(self) -> None:
        self.fields["uploads"].more = (_("谁能看到？"), _("提出企业、主办部门和平台办公室"))


class InternalAttachForm(AttachForm):
    def prepare(self) -> None:
        self.fields["uploads"].more = (_("谁能看到？"), _("仅承办单位与平台可见，企业看不到"))


class OneAttachmentForm(MoveForm):
    """One attachment among those that the move can be made on."""

    attachment = PublicIdChoice(
        Attachment.objects.none(), label=gettext_lazy("附件"), empty_label=None, widget=forms.RadioSelect
    )

    def choose_from(self, rows: Any) -> None:
        field = self.fields["attachment"]
        field.queryset = rows
        field.label_from_instance = lambda row: f"{row.file.name}（{filesizeformat(row.file.size)}）"


class ReleaseForm(OneAttachmentForm):
    def prepare(self) -> None:
        self.choose_from(queries.to_release(self.case))
        self.fields["attachment"].help_text = _("放行前请打开看过：文件名和内容都不能让承办部门认出企业")


class WithdrawAttachmentForm(OneAttachmentForm):
    def prepare(self) -> None:
        self.choose_from(queries.to_withdraw(self.case, self.actor, internal=False))


class WithdrawInternalForm(OneAttachmentForm):
    def prepare(self) -> None:
        self.choose_from(queries.to_withdraw(self.case, self.actor, internal=True))
