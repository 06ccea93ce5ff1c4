"""The inputs of planning: what, when, where, who leads it."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.demands.forms.fields import DateInput, MomentField, PublicIdChoice, text_area
from dialogue.symposia import queries, rules
from dialogue.symposia.dates import answer_day, notice_by
from dialogue.symposia.enums import MeetingKind, TopicState
from dialogue.symposia.forms.fields import MeetingForm, post_text
from parties.models import Membership
from workflow.calendars import calendar_in_force
from workflow.time_left import long_day

KIND_HINTS = {
    MeetingKind.SYMPOSIUM: _("听取企业意见，议定办法；每月至少一次"),
    MeetingKind.PROGRESS: _("推进已经议定的事项"),
    MeetingKind.JOINT: _("市级部门一起会商"),
    MeetingKind.TALK: _("面对面交流，不限议题"),
}


def day(label: Any, help_text: Any = "", *, required: bool = False) -> forms.DateField:
    return forms.DateField(label=label, required=required, help_text=help_text, widget=DateInput())


class PlanForm(MeetingForm):
    """The plan of a meeting as it is, to be changed."""

    title = forms.CharField(
        label=_("会议名称"), max_length=100, help_text=_("印在通知和纪要的标题里，例如：十二月政商座谈会")
    )
    starts_at = MomentField(label=_("开会时间"))
    ends_at = MomentField(label=_("预计结束"))
    place = forms.CharField(
        label=_("地点"), max_length=120, required=False, help_text=_("可以先不填，发出通知前须填写")
    )
    host = PublicIdChoice(Membership.objects.none(), label=_("主持人"), empty_label=_("请选择"))
    host_post = forms.CharField(
        label=_("主持人职务"),
        max_length=60,
        required=False,
        help_text=_("按通知和纪要上的写法，例如：副市长；不填的，印所在单位"),
    )
    recorder = forms.CharField(label=_("记录人"), max_length=40, required=False, help_text=_("印在纪要上；不填就不印"))
    purpose = text_area(_("会议目的"), rows=3, required=False, most=1000, help_text=_("写进通知和邀请函的开头"))
    topics_until = day(_("议题截止"), _("不填的，为会议上月 25 日；已过的，为发通知前一个工作日"))
    firms_until = day(_("企业名单截止"), _("不填的，为会议上月 30 日，不早于议题截止；已过的，为发通知前一个工作日"))

    def prepare(self) -> None:
        hosts = queries.possible_hosts(self.meeting.office, self.actor.now)
        field = self.fields["host"]
        field.queryset = hosts
        field.label_from_instance = post_text
        if self.meeting._state.adding:
            return
        for name in ("title", "starts_at", "ends_at", "place", "host_post", "recorder", "purpose"):
            self.initial.setdefault(name, getattr(self.meeting, name))
        for name in ("topics_until", "firms_until"):
            self.initial.setdefault(name, getattr(self.meeting, name))
        meeting = self.meeting
        there = {"user_id": meeting.host_id, "organisation_id": meeting.host_org_id, "role": meeting.host_role}
        if not self.is_bound and (post := hosts.filter(**there).first()):
            self.initial.setdefault("host", post.public_id)


class OpenForm(PlanForm):
    """A meeting that is not there yet: `meeting` is an unsaved one of the actor's office."""

    kind = forms.ChoiceField(
        label=_("类型"), choices=MeetingKind.choices, widget=forms.RadioSelect, initial=MeetingKind.SYMPOSIUM
    )
    kind.choice_hints = KIND_HINTS
    field_order = ("kind",)


class NoticeForm(MeetingForm):
    answer_until = day(_("回执截止"), required=True)
    short_notice = forms.CharField(
        label=_("通知不足三个工作日的原因"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def prepare(self) -> None:
        meeting, today = self.meeting, rules.local_day(self.actor.now)
        until = answer_day(rules.local_day(meeting.starts_at), today, calendar_in_force())
        self.initial.setdefault("answer_until", until)
        if not rules.is_short_notice(meeting, self.actor.now):
            del self.fields["short_notice"]
        else:
            self.fields["short_notice"].required = True

    def clean(self) -> dict[str, Any]:
        return {"short_notice": "", **(super().clean() or {})}

    def says(self) -> Any:
        last = notice_by(rules.local_day(self.meeting.starts_at), calendar_in_force())
        said = [_("按规定应在%(day)s以前发出通知，现在已经晚于这一天。")]
        if "short_notice" not in self.fields:
            said = [_("按规定应在%(day)s以前发出通知。发出后，部门收到会议通知，企业收到邀请函。")]
        if undecided := self.meeting.topics.filter(state=TopicState.PROPOSED).count():
            said.append(_("还有 %(n)s 个议题没有决定是否选用，不写进通知。"))
        if rules.local_day(self.actor.now) <= self.meeting.topics_until:
            said.append(_("议题征集到%(until)s才截止：现在发出，没有受邀的单位就不能再提议题。"))
        words = {"day": long_day(last), "n": undecided, "until": long_day(self.meeting.topics_until)}
        return "".join(str(sentence) for sentence in said) % words


class CancelForm(MeetingForm):
    reason = text_area(_("取消原因"), rows=2, most=200)

    def leads_to(self) -> str:
        return reverse("symposia:list")
