"""The inputs of writing minutes, asking for comments and answering them."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases.demands.forms.fields import DateInput, text_area
from dialogue.symposia.dates import COMMENTS_IN
from dialogue.symposia.enums import Adoption
from dialogue.symposia.forms.fields import MeetingForm
from dialogue.symposia.models import Comment
from dialogue.symposia.rules import LONGEST_ANSWER
from foundation.choices import RowChoice
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force


class StartMinutesForm(MeetingForm):
    def says(self) -> Any:
        return _("按会议议程给每个议题立一段，开头先写好一句。几个人可以同时写，不会互相覆盖。")

    def leads_to(self) -> str:
        return reverse("symposia:write", args=[self.meeting.public_id])


class AskCommentsForm(MeetingForm):
    comments_until = forms.DateField(label=_("意见截止"), widget=DateInput())

    def prepare(self) -> None:
        today = self.actor.now.astimezone(ZONE).date()
        self.fields["comments_until"].initial = calendar_in_force().nth_working_day_after(today, COMMENTS_IN)

    def says(self) -> Any:
        return _("到会的每个单位都会收到提醒，可以逐段提意见，或者说没有意见。征求意见期间仍可修改纪要。")


class AnswerCommentForm(MeetingForm):
    comment = RowChoice(Comment.objects.none(), to_field_name="public_id", label=_("意见"), empty_label=_("请选择"))
    adoption = forms.ChoiceField(
        label=_("是否采纳"),
        choices=[(choice.value, choice.label) for choice in (Adoption.ADOPTED, Adoption.NOT_ADOPTED)],
        widget=forms.RadioSelect,
    )
    answer = text_area(
        _("答复"), rows=3, required=False, most=LONGEST_ANSWER, help_text=_("不采纳的，请写明理由；提意见的单位看得到")
    )

    def prepare(self) -> None:
        said = self.meeting.comments.exclude(text="").select_related("participant__organisation")
        self.fields["comment"].queryset = said
        self.fields["comment"].label_from_instance = lambda comment: (
            f"{comment.participant.organisation}：{comment.text[:60]}"
        )

    def says(self) -> Any:
        return _("采纳的，请另在“写纪要”里改好文字：答复本身不改纪要。")

    def leads_to(self) -> str:
        return reverse("symposia:comments", args=[self.meeting.public_id])
