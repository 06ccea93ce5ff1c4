"""Pages of import and export: what can be brought in and taken out, the upload, the preview, the result."""

import tempfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from foundation.errors import NotVisible, Refused, WrongMoment
from foundation.keyset import keyset_page
from foundation.sheets.model import SheetImport, Verdict
from parties.exchange import files
from parties.exchange.checking import MOST_ROWS
from parties.exchange.forms import ConfirmForm, UploadForm
from parties.exchange.kinds import Kind, find, open_to
from parties.exchange.starting import check_again, confirm, mine, receive

PAGE = 50
SHOWN_IMPORTS = 20
TONES = {Verdict.NEW: "green", Verdict.CHANGED: "blue", Verdict.SAME: "grey", Verdict.BAD: "red"}


def overview(request: HttpRequest) -> HttpResponse:
    """The kinds this person may use, and what they brought in lately."""
    kinds = open_to(request.actor)
    if not kinds:
        raise NotVisible(_("没有找到，或者您不能查看"))
    lately = SheetImport.objects.filter(owner_id=request.actor.user_id, membership_id=request.actor.post.membership_id)
    names = {kind.code: kind.label for kind in kinds}
    rows = [(sheet, names.get(sheet.kind, sheet.kind)) for sheet in lately.order_by("-id")[:SHOWN_IMPORTS]]
    return render(request, "exchange/overview.html", {"kinds": kinds, "rows": rows})


def upload(request: HttpRequest, code: str) -> HttpResponse:
    """The file of one kind is kept and checked in the background."""
    kind = _kind(request, code)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            sheet = receive(form.cleaned_data["file"], kind=kind, by=request.actor)
        except Refused as refused:
            form.add_error("file", str(refused.sentence))
        else:
            return redirect("exchange:sheet", sheet.public_id)
    status = 422 if request.method == "POST" else 200
    page = reverse(kind.page[0], args=kind.page[1:]) if kind.page else ""
    return render(request, "exchange/upload.html", {"form": form, "kind": kind, "page": page}, status=status)


def template(request: HttpRequest, code: str, ending: str) -> FileResponse:
    """The empty table of one kind."""
    kind = _kind(request, code)
    name = _("%(kind)s导入模板") % {"kind": kind.label}
    return _to_keep(name, _ending(ending), lambda path: files.write_template(path, kind, ending))


def standing(request: HttpRequest, code: str, ending: str) -> FileResponse:
    """What stands and this person may change, in the columns of the template."""
    kind = _kind(request, code)
    with translation.override(settings.LANGUAGE_CODE):
        rows = list(islice(kind.everything(request.actor), MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise WrongMoment(_("超过 %(n)s 行，一次导不出来；请在名录里按旗区筛选后导出") % {"n": MOST_ROWS})
    return _to_keep(str(kind.label), _ending(ending), lambda path: files.write_standing(path, kind, rows, ending))


def sheet_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How far the check is; what each row would do; then how far the import is, and what came of it."""
    sheet, kind = mine(public_id, request.actor)
    return _sheet(request, sheet, kind, ConfirmForm(sheet=sheet, kind=kind))


def confirm_sheet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the preview shows is written in the background."""
    sheet, kind = mine(public_id, request.actor)
    form = ConfirmForm(request.POST, sheet=sheet, kind=kind)
    if request.method != "POST":
        return redirect("exchange:sheet", public_id)
    if form.is_valid():
        only_good, note = bool(form.cleaned_data.get("only_good")), form.cleaned_data.get("note", "")
        try:
            confirm(public_id, only_good=only_good, note=note, by=request.actor)
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused.sentence))
    if form.errors:
        return _sheet(request, sheet, kind, form, status=422)
    return redirect("exchange:sheet", public_id)


def recheck_sheet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The file is checked once more."""
    mine(public_id, request.actor)
    if request.method == "POST":
        check_again(public_id, by=request.actor)
    return redirect("exchange:sheet", public_id)


def errors(request: HttpRequest, public_id: UUID, ending: str) -> FileResponse:
    """The rows in error, to correct and bring in again."""
    sheet, kind = mine(public_id, request.actor)
    if sheet.checked_at is None or not sheet.rows_bad or sheet.is_over(request.actor.now):
        raise NotVisible(_("没有找到，或者您不能查看"))
    name = _("%(file)s 有误的行") % {"file": sheet.file_name.rpartition(".")[0]}
    return _to_keep(name, _ending(ending), lambda path: files.write_errors(path, kind, sheet, ending))


def _sheet(
    request: HttpRequest, sheet: SheetImport, kind: Kind, form: ConfirmForm, *, status: int = 200
) -> HttpResponse:
    now = request.actor.now
    rows = sheet.rows.order_by("number")
    wanted = request.GET.get("verdict", "")
    if wanted in Verdict.values:
        rows = rows.filter(verdict=wanted)
    elif wanted == "warned":
        rows = rows.exclude(verdict=Verdict.BAD).exclude(warnings=[])
    checked = sheet.checked_at is not None
    page = keyset_page(rows, after=request.GET.get("after", ""), size=PAGE) if checked else None
    with translation.override(settings.LANGUAGE_CODE):
        headers = {column.key: column.header for column in kind.columns()} if checked else {}
    context = {
        "sheet": sheet,
        "kind": kind,
        "form": form,
        "checking": sheet.is_checking(now),
        "applying": sheet.is_being_applied(now),
        "at_work": sheet.is_checking(now) or sheet.is_being_applied(now),
        "job": sheet.check_job if not checked else sheet.apply_job,
        "can_confirm": sheet.can_be_confirmed(now),
        "can_recheck": sheet.applied_at is None and not sheet.is_over(now),
        "over": sheet.is_over(now),
        "counts": _counts(sheet, wanted),
        "page": page,
        "rows": [_shown(row, headers) for row in page.rows] if page else [],
    }
    return render(request, "exchange/sheet.html", context, status=status)


def _counts(sheet: SheetImport, wanted: str) -> list[tuple[str, Any, int, bool]]:
    """Name in the address, words, number, whether it is the one that is shown."""
    found = (
        ("", _("全部"), sheet.rows_new + sheet.rows_changed + sheet.rows_same + sheet.rows_bad),
        (Verdict.NEW, Verdict.NEW.label, sheet.rows_new),
        (Verdict.CHANGED, Verdict.CHANGED.label, sheet.rows_changed),
        (Verdict.SAME, Verdict.SAME.label, sheet.rows_same),
        (Verdict.BAD, Verdict.BAD.label, sheet.rows_bad),
        ("warned", _("有提醒"), sheet.rows_warned),
    )
    return [(str(name), label, number, str(name) == wanted) for name, label, number in found if number or not name]


def _shown(row: Any, headers: dict[str, str]) -> dict[str, Any]:
    return {
        "row": row,
        "tone": TONES[row.verdict],
        "problems": [(headers.get(key, ""), sentence) for key, sentence in row.problems],
    }


def _kind(request: HttpRequest, code: str) -> Kind:
    kind = find(code, request.actor)
    if kind is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return kind


def _ending(ending: str) -> str:
    if ending not in files.MEDIA:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return ending


def _to_keep(name: str, ending: str, write: Callable[[Path], None]) -> FileResponse:
    """A file made for this one answer, in the language of tables; nothing of it stays on the server."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{ending}"
        with translation.override(settings.LANGUAGE_CODE):
            write(path)
        content = path.open("rb")  # its name goes with the folder, its content with the answer
    response = FileResponse(content, as_attachment=True, filename=f"{name}.{ending}", content_type=files.MEDIA[ending])
    response["Cache-Control"] = "no-store"
    return response
