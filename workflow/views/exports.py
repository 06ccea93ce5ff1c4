"""Taking out a list as a file: the page that asks for it, 我的导出, and the file."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from foundation.counters import bounded_counts, counter_words
from foundation.errors import DomainError, NotVisible, Refused, WrongMoment
from foundation.files.serving import answer
from foundation.keyset import keyset_page
from foundation.models import Export, JobState
from foundation.sheets.kinds import SheetKind
from workflow.actor import Actor
from workflow.exports.asking import (
    OVER,
    Offer,
    file_of,
    find_list,
    kept_query,
    offer,
    page_address,
    start_export,
    state_of,
    try_again,
)
from workflow.registry import ExportRequest
from workflow.views.once import posted_once, random_key

PAGE = 20


class ExportForm(forms.Form):
    """Which columns, and which kind of file."""

    use_required_attribute = False

    columns = forms.MultipleChoiceField(
        label=gettext_lazy("导出哪些列"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请至少选一列")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("文件格式"),
        widget=forms.RadioSelect,
        choices=SheetKind.choices,
        error_messages={"required": gettext_lazy("请选择文件格式")},
    )

    def __init__(self, *args: Any, offered: Offer, **kwargs: Any) -> None:
        initial = {"columns": list(offered.ticked), "kind": offered.kind}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["columns"].choices = [(column.name, column.label) for column in offered.columns]


def export_list(request: HttpRequest, name: str) -> HttpResponse:
    """One list as it is filtered: how much it is, which columns, and the order to take it out."""
    actor, listed = request.actor, find_list(name)
    query = kept_query(listed, request.GET)
    wanted = listed.ask(actor, query)
    form = ExportForm(request.POST or None, offered=offer(listed, wanted, by=actor))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data

        def do() -> str:
            start_export(by=actor, name=name, query=query, columns=chosen["columns"], kind=chosen["kind"])
            return reverse("workflow:exports")

        try:
            address = posted_once(request, do)
        except (Refused, WrongMoment) as error:
            form.add_error(None, str(error.sentence))
        else:
            messages.success(request, _("已开始导出，做完后在这里下载"))
            return redirect(address)
    context = {
        "title": listed.title,
        "said": wanted.said,
        "total": _total(wanted),
        "form": form,
        "back": page_address(listed, query),
        "query": query.urlencode(),
        "key": random_key(),
    }
    return render(request, "workflow/export.html", context, status=422 if form.errors else 200)


def _total(wanted: ExportRequest) -> str:
    """How many rows there are; one statement, whatever the number of parts."""
    counts = bounded_counts({str(n): part.rows for n, part in enumerate(wanted.parts)})
    return counter_words(sum(counts.values()))


def my_exports(request: HttpRequest) -> HttpResponse:
    """Everything this person has taken out, the newest first, with what it is doing now; one statement."""
    actor = request.actor
    mine = Export.objects.visible_to(actor).select_related("job", "file").order_by("-id")
    page = keyset_page(mine, after=request.GET.get("after", ""), size=PAGE)
    rows = [_row(export, actor) for export in page.rows]
    context = {
        "rows": rows,
        "at_work": page.first and any(row["at_work"] for row in rows),
        "next": page.next,
        "first": page.first,
    }
    return render(request, "workflow/exports.html", context)


LOOK = {
    JobState.WAITING.value: (JobState.WAITING.label, "blue", "clock"),
    JobState.RUNNING.value: (JobState.RUNNING.label, "blue", "clock"),
    JobState.DONE.value: (JobState.DONE.label, "green", "done"),
    JobState.FAILED.value: (gettext_lazy("没有完成"), "red", "alert"),
    OVER: (gettext_lazy("已过保存期"), "grey", "arch"),
}


def _row(export: Export, actor: Actor) -> dict[str, Any]:
    state = state_of(export, actor.now)
    label, tone, drawing = LOOK[state]
    failed = export.job.message or _("导出中断，没有做完，可以再试一次。")
    return {
        "export": export,
        "state": state,
        "label": label,
        "tone": tone,
        "icon": drawing,
        "at_work": state in (JobState.WAITING, JobState.RUNNING),
        "why": failed if state == JobState.FAILED else "",
        "once_more": _address_of(export),
    }


def _address_of(export: Export) -> str:
    """Where the same list can be taken out once more."""
    address = reverse("workflow:export_list", args=[export.name])
    return f"{address}?{export.query}" if export.query else address


def export_file(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The file, for its owner alone."""
    return answer(file_of(public_id, request.actor))


@require_POST
def again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What failed waits once more."""
    try:
        try_again(public_id, by=request.actor)
    except NotVisible:
        raise
    except DomainError as error:
        messages.error(request, str(error.sentence))
    else:
        messages.success(request, _("已重新开始导出"))
    return redirect("workflow:exports")
