"""A new meeting; and what was planned, as everybody who may open it reads it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from dialogue.symposia import moves, rules
from dialogue.symposia.dates import notice_by, span_text
from dialogue.symposia.enums import MeetingState
from dialogue.symposia.forms.planning import OpenForm
from dialogue.symposia.models import Meeting
from dialogue.symposia.views import words
from foundation.errors import NotYours, Refused
from parties.models import Office
from workflow.actor import Actor
from workflow.calendars import calendar_in_force
from workflow.time_left import long_day
from workflow.views.once import posted_once, random_key


def may_open(actor: Actor) -> bool:
    """Whether this person, at the desk of an office, may plan a meeting of it."""
    return actor.role in rules.ORGANISERS


def new_meeting(request: HttpRequest) -> HttpResponse:
    """Write down a meeting and call for topics; the form again with everything typed when it will not do."""
    actor = request.actor
    office = Office.objects.filter(pk=actor.organisation_id).first()
    if office is None or not may_open(actor):
        raise NotYours(_("只有主办单位可以办理"))
    draft = Meeting(office=office, district_id=office.serves_id)
    if request.method != "POST":
        return _draw(request, OpenForm(meeting=draft, actor=actor))
    form = OpenForm(request.POST, meeting=draft, actor=actor)
    if not form.is_valid():
        return _draw(request, form, status=422)
    try:
        url = posted_once(request, lambda: _opened(form, actor))
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
        return _draw(request, form, status=422)
    messages.success(request, _("会议已建立，开始征集议题"))
    return redirect(url)


def _opened(form: OpenForm, actor: Actor) -> str:
    meeting = moves.open_meeting(by=actor, **form.cleaned_data)
    return reverse("symposia:meeting", args=[meeting.public_id])


def _draw(request: HttpRequest, form: OpenForm, *, status: int = 200) -> HttpResponse:
    return render(request, "symposia/new.html", {"form": form, "key": random_key()}, status=status)


def panel(meeting: Meeting, actor: Actor, whole: bool) -> dict[str, Any]:
    """会议安排: names and values. The days of the office's own work are for its desk and the host."""
    pairs = [
        (_("类型"), meeting.get_kind_display()),
        (_("主办单位"), meeting.office.name),
        (_("时间"), span_text(meeting.starts_at, meeting.ends_at)),
        (_("地点"), meeting.place or _("待定")),
        (_("主持"), words.host_text(meeting)),
        (_("议题截止"), long_day(meeting.topics_until)),
    ]
    if meeting.signer is not None:
        pairs.insert(5, (_("纪要签发"), words.signer_text(meeting)))
    if rules.of_the_house(meeting, actor):
        pairs += _own(meeting)
    if whole and meeting.answer_until:
        pairs.append((_("回执截止"), long_day(meeting.answer_until)))
    return {"plan": pairs, "purpose": meeting.purpose}


def _own(meeting: Meeting) -> list[tuple[str, str]]:
    pairs = [(_("企业名单截止"), long_day(meeting.firms_until))]
    if meeting.state == MeetingState.COLLECTING:
        pairs.append((_("发通知不晚于"), long_day(notice_by(rules.local_day(meeting.starts_at), calendar_in_force()))))
    if meeting.short_notice:
        pairs.append((_("通知不足三个工作日的原因"), meeting.short_notice))
    if meeting.recorder:
        pairs.append((_("记录人"), meeting.recorder))
    return pairs
