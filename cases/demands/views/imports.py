"""Import of messages from a spreadsheet: upload, choice of columns, progress and result. No script is needed."""

from io import BytesIO
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from cases.demands.intake_import.uploads import LARGEST_UPLOAD, MEGABYTE, guess, receive
from cases.demands.models import IntakeUpload
from cases.demands.tasks import start
from cases.demands.views.intake import for_intake
from foundation.errors import NotVisible, Refused
from foundation.models import JobState
from workflow.views.once import random_key

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEMPLATE_ROWS = 1000  # rows of the template whose cells are text, so that Excel leaves long numbers alone
# Target → the name of its column in the template, and what to know about it.
TARGETS = {
    "external_number": (gettext_lazy("外部编号"), gettext_lazy("来源系统里的编号，同一来源里唯一")),
    "text": (gettext_lazy("内容"), ""),
    "title": (gettext_lazy("标题"), ""),
    "received_at": (gettext_lazy("收到时间"), gettext_lazy("例如 2026-11-23 09:30，可以为空")),
    "credit_code": (
        gettext_lazy("统一社会信用代码"),
        gettext_lazy("选了这一列，代码与系统中企业相同的来件立即登记为诉求，开始计时"),
    ),
}


class UploadForm(forms.Form):
    """The file and where its messages come from."""

    use_required_attribute = False

    source = forms.CharField(
        label=gettext_lazy("来源"),
        max_length=40,
        help_text=gettext_lazy("渠道的名字，例如 12345热线；同一渠道每次用同一个名字"),
    )
    file = forms.FileField(
        label=gettext_lazy("文件"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".csv,.gz,.xlsx"}),
        error_messages={"empty": gettext_lazy("文件是空的"), "required": gettext_lazy("请选择文件")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = {"n": LARGEST_UPLOAD // MEGABYTE}
        self.fields["file"].help_text = _("第一行是列名；.xlsx、.csv 或 .csv.gz，不超过 %(n)s MB") % most


class ColumnsForm(forms.Form):
    """The column of each target; a column is named by its place, for its name may hold anything."""

    use_required_attribute = False

    def __init__(self, *args: Any, upload: IntakeUpload, **kwargs: Any) -> None:
        self.header = upload.header
        names = [(str(place), " ".join(name.split())) for place, name in enumerate(self.header)]
        chosen = {target: str(self.header.index(name)) for target, name in upload.columns.items()}
        super().__init__(*args, initial=chosen or guess(self.header), **kwargs)
        for target, (label, hint) in TARGETS.items():
            required = target in ("external_number", "text")
            first = ("", _("请选择列") if required else _("不导入"))
            self.fields[target] = forms.ChoiceField(
                label=label, choices=[first, *names], required=required, help_text=hint
            )

    def columns(self) -> dict[str, str]:
        """Target → name of its column, as the import takes it."""
        return {target: self.header[int(place)] for target, place in self.cleaned_data.items() if place}


def upload_file(request: HttpRequest) -> HttpResponse:
    """Step 1: the file is checked and kept."""
    for_intake(request.actor)
    if request.method != "POST":
        return _upload_page(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _upload_page(request, form, status=422)
    try:
        key = request.POST.get("idempotency_key", "")
        public_id = receive(form.cleaned_data["file"], source=form.cleaned_data["source"], key=key, by=request.actor)
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
        return _upload_page(request, form, status=422)
    return redirect("demands:job", public_id)


def _upload_page(request: HttpRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
    return render(request, "demands/import.html", {"form": form, "key": random_key()}, status=status)


def import_job(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Step 2: the columns; then how far the import is, and what came of it."""
    upload = _find(request, public_id)
    can_start = upload.can_start(request.actor.now)
    if request.method == "POST" and can_start:
        form = ColumnsForm(request.POST, upload=upload)
        if not form.is_valid():
            return _job_page(request, upload, form, status=422)
        start(upload, form.columns(), by=request.actor)
    if request.method == "POST":
        return redirect("demands:job", public_id)
    return _job_page(request, upload, ColumnsForm(upload=upload) if can_start else None)


def _job_page(
    request: HttpRequest, upload: IntakeUpload, form: ColumnsForm | None, *, status: int = 200
) -> HttpResponse:
    job = upload.job
    context = {
        "upload": upload,
        "job": job,
        "form": form,
        "sample": [list(zip(upload.header, row, strict=True)) for row in upload.sample] if form else [],
        "stuck": job is not None and job.is_stuck(request.actor.now),
        "at_work": job is not None and form is None and job.state in (JobState.WAITING, JobState.RUNNING),
        "rejects": job is not None and default_storage.exists(upload.errors),
    }
    return render(request, "demands/import_job.html", context, status=status)


def import_errors(request: HttpRequest, public_id: UUID) -> FileResponse:
    """The rows that were not taken, to keep: never shown in the browser."""
    upload = _find(request, public_id)
    if not default_storage.exists(upload.errors):
        raise NotVisible(_("没有找到，或者您不能查看"))
    name = _("%(file)s 退回") % {"file": PurePath(upload.file_name).name.split(".")[0]}
    return _to_keep(default_storage.open(upload.errors), f"{name}.csv", "text/csv; charset=utf-8")


def import_template(request: HttpRequest) -> FileResponse:
    """An empty workbook with the five columns, all of them text."""
    for_intake(request.actor)
    book = Workbook()
    sheet = book.active
    for place, (label, _hint) in enumerate(TARGETS.values(), start=1):
        sheet.cell(1, place, str(label))
        sheet.column_dimensions[get_column_letter(place)].width = 24
        for row in range(1, TEMPLATE_ROWS + 1):
            sheet.cell(row, place).number_format = "@"
    sheet.freeze_panes = "A2"
    content = BytesIO()
    book.save(content)
    content.seek(0)
    return _to_keep(content, _("来件导入模板") + ".xlsx", SHEET)


def _to_keep(content: Any, name: str, content_type: str) -> FileResponse:
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    response["Cache-Control"] = "no-store"
    return response


def _find(request: HttpRequest, public_id: UUID) -> IntakeUpload:
    for_intake(request.actor)
    found = IntakeUpload.objects.visible_to(request.actor).filter(public_id=public_id).select_related("job").first()
    if found is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return found
