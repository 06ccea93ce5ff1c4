"""The inputs of signing in, of recording who was there, and of saying that the meeting was held."""

from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogue.symposia import documents, queries, rules
from dialogue.symposia.enums import Presence
from dialogue.symposia.forms.fields import MeetingForm
from dialogue.symposia.models import Participant
from dialogue.symposia.rules import Mark
from foundation.choices import RowChoice
from foundation.errors import Refused
from foundation.texts import storable

PARTS = ("presence", "reason", "was", "was_reason")


class MarksInput(forms.Widget):
    """Of each person on the page: what is recorded now, and what the page had shown (`marks-<person>-<part>`)."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if isinstance(data.get(name), list) and not hasattr(data, "getlist"):
            return data[name]  # JSON: [{"person": …, "was": …, "presence": …}]
        end = f"-{PARTS[0]}"
        people = [key[len(name) + 1 : -len(end)] for key in data if key.startswith(f"{name}-") and key.endswith(end)]
        return [
            {"person": person, **{part: data.get(f"{name}-{person}-{part}", "") for part in PARTS}} for person in people
        ]


class MarksField(forms.Field):
    """Marks of people (`rules.Mark`). In JSON `was` and `was_reason` are what `people` of the meeting had said."""

    widget = MarksInput
    takes_rows_of = ("person", *PARTS)

    def to_python(self, value: Any) -> list[Mark]:
        found = []
        for row in value or []:
            if not isinstance(row, dict):
                raise forms.ValidationError(_("请选择到会情况"))
            words = {part: str(row.get(part) or "").strip() for part in PARTS}
            try:
                person = UUID(str(row.get("person") or ""))
            except ValueError as error:
                raise forms.ValidationError(_("名单刚刚有变动，请刷新后再登记")) from error
            if not all(map(storable, words.values())):
                raise forms.ValidationError(_("含有无法保存的字符"))
            if words["presence"] != Presence.EXCUSED:
                words["reason"] = ""  # a reason stands with those excused; the box of everybody else stays closed
            found.append(Mark(person, **words))
        return found


class AttendanceForm(MeetingForm):
    """Everybody at once, and one person more; it knows the roll (`seats`) and what is wrong with whom (`faults`)."""

    page = "symposia:attendance"
    marks = MarksField(label=gettext_lazy("到会情况"), required=False)
    participant = RowChoice(
        Participant.objects.none(),
        to_field_name="public_id",
        label=gettext_lazy("单位"),
        required=False,
        empty_label=gettext_lazy("请选择"),
    )
    organisation = forms.CharField(
        label=gettext_lazy("受邀名单以外的单位"),
        required=False,
        max_length=rules.LONGEST_PLACE,
        help_text=gettext_lazy("不在受邀名单上的，不选单位，在这里写单位名称，记为列席人员"),
    )
    name = forms.CharField(label=gettext_lazy("姓名"), required=False, max_length=rules.LONGEST_NAME)
    post = forms.CharField(label=gettext_lazy("职务"), required=False, max_length=rules.LONGEST_POST)
    presence = forms.ChoiceField(
        label=gettext_lazy("到会情况"), required=False, choices=Presence.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("请假原因"),
        required=False,
        max_length=rules.LONGEST_REASON,
        help_text=gettext_lazy("只有请假才填；只印在签到表上"),
    )

    def prepare(self) -> None:
        self.seats = queries.roll(self.meeting)
        self.faults: dict[UUID, str] = {}
        self.fields["participant"].queryset = self.meeting.participants.select_related("organisation").order_by("pk")
        self.fields["participant"].label_from_instance = lambda party: party.organisation.name
        self.fields["presence"].choices = [(p.value, p.label) for p in rules.presences(self.meeting)]
        self.fields["presence"].initial = Presence.PRESENT

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        seats = {seat.key: seat for seat in self.seats}
        for mark in data.get("marks") or []:
            seat = seats.get(mark.person)
            if seat is None or not mark.says_something:
                continue
            try:
                rules.check_presence(self.meeting, mark.presence, mark.reason, field="marks", row=seat.row)
            except Refused as error:
                self.faults[mark.person] = str(error.sentence)
                self.add_error("marks", _("%(name)s：%(why)s") % {"name": seat.name, "why": error.sentence})
        return data

    def leads_to(self) -> str:
        return reverse("symposia:attendance", args=[self.meeting.public_id])


class CodeForm(MeetingForm):
    code = forms.CharField(label=gettext_lazy("签到码"), max_length=200)


class HoldForm(MeetingForm):
    def says(self) -> Any:
        sums = queries.tally(queries.roll(self.meeting))
        if not sums.waiting:
            return _("应到 %(all)s 人，都已登记。") % {"all": sums.expected}
        return ngettext(
            "还有 %(n)s 人没有签到，将记为缺席；以后仍可以登记更正。",
            "还有 %(n)s 人没有签到，将记为缺席；以后仍可以登记更正。",
            sums.waiting,
        ) % {"n": sums.waiting}


class SheetForm(MeetingForm):
    """签到表 takes no inputs; it leads to its page."""

    def leads_to(self) -> str:
        document = documents.attendance_in_force(self.meeting)
        return reverse("documents:document", args=[document.public_id]) if document else super().leads_to()
