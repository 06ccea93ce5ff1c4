"""The inputs of the list of those invited, and of their answers."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.demands.forms.fields import PublicIdChoice, text_area
from dialogue.symposia import queries, rules
from dialogue.symposia.enums import GIVEN_ANSWERS, Answer, Heard, MeetingKind, Part, Presence
from dialogue.symposia.forms.fields import MeetingForm
from dialogue.symposia.models import Attendee, Participant
from foundation.texts import storable
from parties.models import Department, Enterprise, Office
from workflow.time_left import long_day

PEOPLE_ROWS = 5
LONGEST_LINES = 4000


class FirmsField(forms.CharField):
    """Firms by name or unified social credit code, one a line, as a list of enterprises in service.

    Two statements at most. Every line that is no firm, or several, is named.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_LINES, widget=forms.Textarea(attrs={"rows": 4}), **kwargs)

    def clean(self, value: Any) -> list[Enterprise]:
        lines = list(dict.fromkeys(line.strip() for line in super().clean(value).splitlines() if line.strip()))
        if not lines:
            return []
        codes = [line.upper() for line in lines]
        known = Enterprise.objects.filter(Q(name__in=lines) | Q(credit_code__in=codes), active=True)
        found: dict[str, list[Enterprise]] = {}
        for firm in known:
            for key in {firm.name, firm.credit_code}:
                found.setdefault(key, []).append(firm)
        firms = [found.get(line) or found.get(line.upper()) or [] for line in lines]
        wrong = [line for line, of in zip(lines, firms, strict=True) if len(of) != 1]
        if wrong:
            words = {"lines": str(_("、")).join(line[:40] for line in wrong[:5])}
            raise ValidationError(_("没有找到这些企业，请填写全称或者统一社会信用代码：%(lines)s") % words)
        return list({of[0].pk: of[0] for of in firms}.values())


class PlacesField(forms.ModelMultipleChoiceField):
    """Organisations ticked by their public ids; in text, such as JSON, one name a line."""

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset, to_field_name="public_id", widget=forms.CheckboxSelectMultiple, **kwargs)

    def label_from_instance(self, place: Any) -> str:
        return str(place.name)

    def clean(self, value: Any) -> Any:
        if isinstance(value, str):
            value = self._ids(value)
        try:
            return list(super().clean(value))
        except ValidationError as error:
            # The column's own sentence would speak of its type and repeat all that was sent.
            raise ValidationError(_("请从列表中选择")) from error

    def _ids(self, text: str) -> list[Any]:
        names = [line.strip() for line in text.splitlines() if line.strip()]
        known = {place.name: place.public_id for place in self.queryset}
        known |= {place.short_name: place.public_id for place in self.queryset if place.short_name}
        known |= {str(place.public_id): place.public_id for place in self.queryset}
        if unknown := [name for name in names if name not in known]:
            words = {"lines": str(_("、")).join(name[:40] for name in unknown[:5])}
            raise ValidationError(_("没有找到这些单位：%(lines)s") % words)
        return [known[name] for name in names]


class InviteForm(MeetingForm):
    suggested = PlacesField(Enterprise.objects.none(), label=_("议题涉及的企业"), required=False)
    firms = FirmsField(label=_("企业"), required=False, help_text=_("每行一家，填写全称或者统一社会信用代码"))
    all_departments = forms.BooleanField(
        label=_("邀请全部市级部门"), required=False, help_text=_("联席会议用；已在名单上的不重复邀请")
    )
    departments = PlacesField(Department.objects.none(), label=_("部门"), required=False)
    others = PlacesField(Office.objects.none(), label=_("领导办公室"), required=False)
    reason = text_area(
        _("列入名单的原因"), rows=2, required=False, most=200, help_text=_("邀请企业的须填写；只有主办单位看得到")
    )

    def prepare(self) -> None:
        there = self.meeting.participants.values("organisation_id")
        choices = {
            "suggested": queries.firms_of_topics(self.meeting),
            "departments": queries.departments_near(self.meeting).exclude(pk__in=there),
            "others": queries.leader_offices(self.meeting).exclude(pk__in=there),
        }
        for name, places in choices.items():
            self.fields[name].queryset = places
            if not places.exists():
                del self.fields[name]
        if self.meeting.kind == MeetingKind.JOINT and not self.is_bound:
            self.initial.setdefault("all_departments", True)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        suggested: Iterable[Enterprise] = data.pop("suggested", None) or ()
        data["firms"] = list({firm.pk: firm for firm in (*suggested, *(data.get("firms") or ()))}.values())
        return data


class UninviteForm(MeetingForm):
    participant = PublicIdChoice(Participant.objects.none(), label=_("单位"), empty_label=_("请选择"))
    reason = text_area(_("移出原因"), rows=2, most=200)

    def prepare(self) -> None:
        field = self.fields["participant"]
        field.queryset = self.meeting.participants.exclude(part=Part.HOST).select_related("organisation").order_by("pk")
        field.label_from_instance = lambda row: row.organisation.name


class RowsWidget(forms.MultiWidget):
    """Rows of boxes for one person each, as `parts` names them with their length; empty rows are left out."""

    template_name = "symposia/people_rows.html"

    def __init__(self, parts: Mapping[str, tuple[Any, int]], rows: int = PEOPLE_ROWS) -> None:
        self.parts, self.rows = parts, rows
        boxes = {
            f"{part}_{n}": forms.TextInput(attrs={"maxlength": most})
            for n in range(rows)
            for part, (_label, most) in parts.items()
        }
        super().__init__(boxes)

    def decompress(self, value: Any) -> list[Any]:
        flat = [part for row in value or [] for part in row]
        return flat + [None] * (self.rows * len(self.parts) - len(flat))

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """A list of rows is not yet the flat list of boxes, as Django takes any list to be."""
        rows = [tuple(row.get(part) for part in self.parts) if isinstance(row, dict) else row for row in value or []]
        context = super().get_context(name, self.decompress(rows[: self.rows]), attrs)
        boxes, labels = context["widget"]["subwidgets"], [label for label, _most in self.parts.values()]
        wide = len(labels)
        context["rows"] = [list(zip(labels, boxes[i : i + wide], strict=True)) for i in range(0, len(boxes), wide)]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if isinstance(data.get(name), list) and not hasattr(data, "getlist"):
            return data[name]  # JSON: [{"name": …, "post": …}]
        flat = iter(super().value_from_datadict(data, files, name))
        return [dict(zip(self.parts, row, strict=True)) for row in zip(*[flat] * len(self.parts), strict=True)]


class RowsField(forms.Field):
    """People as tuples of their parts; who lacks one of the `needed` is refused, and a row of nothing left out."""

    parts: Mapping[str, tuple[Any, int]] = {}
    needed: tuple[str, ...] = ()
    refusal: Any = ""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=RowsWidget(self.parts), **kwargs)

    def to_python(self, value: Any) -> list[tuple[str, ...]]:
        people = []
        for row in value or []:
            if not isinstance(row, dict):
                raise ValidationError(self.refusal)
            person = {part: " ".join(str(row.get(part) or "").split()) for part in self.parts}
            if not all(map(storable, person.values())):
                raise ValidationError(_("含有无法保存的字符"))
            if any(person.values()):
                if not all(person[part] for part in self.needed):
                    raise ValidationError(self.refusal)
                people.append(tuple(person.values()))
        return people


class PeopleField(RowsField):
    """People as [(name, post)]."""

    parts: ClassVar = {"name": (_("姓名"), rules.LONGEST_NAME), "post": (_("职务"), rules.LONGEST_POST)}
    takes_rows_of = tuple(parts)  # in JSON: [{"name": …, "post": …}]
    needed = ("name",)
    refusal = _("每个人要有姓名")


class GuestsField(RowsField):
    """Guests as [(name, organisation, post)]."""

    parts: ClassVar = {
        "name": (_("姓名"), rules.LONGEST_NAME),
        "organisation": (_("单位"), rules.LONGEST_PLACE),
        "post": (_("职务"), rules.LONGEST_POST),
    }
    takes_rows_of = tuple(parts)  # in JSON: [{"name": …, "organisation": …, "post": …}]
    needed = ("name", "organisation")
    refusal = _("每名列席人员要有姓名和单位")


class GuestsForm(MeetingForm):
    guests = GuestsField(label=_("列席人员"), error_messages={"required": _("请填写至少一名列席人员")})

    def says(self) -> Any:
        return _(
            "平台以外的单位（银行、供电公司、税务局、商会等）的人员、专家和记者，在这里添加。他们没有账号，平台不会通知，"
            "请主办单位自行告知；到会由主办单位登记，计入应到，印在签到表上，到会的列入纪要的列席人员。"
        )


class GuestChoice(PublicIdChoice):
    def label_from_instance(self, guest: Attendee) -> str:
        return f"{guest.name}（{guest.organisation_name}）"


class UninviteGuestForm(MeetingForm):
    guest = GuestChoice(Attendee.objects.none(), label=_("列席人员"), empty_label=_("请选择"))
    reason = text_area(_("移出原因"), rows=2, most=200)

    def prepare(self) -> None:
        field: Any = self.fields["guest"]
        field.queryset = self.meeting.attendees.filter(participant=None, presence=Presence.EXPECTED).order_by("pk")


class AnswerForm(MeetingForm):
    answer = forms.ChoiceField(
        label=_("是否参加"),
        choices=GIVEN_ANSWERS,
        widget=forms.RadioSelect,
    )
    people = PeopleField(
        label=_("参会人员"),
        required=False,
        help_text=_("参加的至少填一位；姓名与平台账号一致的，可以凭自己的账号扫码签到"),
    )
    note = text_area(_("不参加的原因"), rows=2, required=False, most=200, help_text=_("不参加的须填写"))

    def prepare(self) -> None:
        self.row = self.invited()
        if self.is_bound:
            self.make_rows(sum(name.startswith("people_name_") for name in self.data))
        elif self.row is not None:
            self.show(self.row)

    def make_rows(self, wanted: int) -> None:
        """Boxes for so many people, so that nobody named before, or typed, is left out; never fewer than usual."""
        rows = max(PEOPLE_ROWS, min(wanted, rules.MOST_PEOPLE))
        self.fields["people"].widget = RowsWidget(PeopleField.parts, rows)

    def invited(self) -> Participant | None:
        """Those who are answered for."""
        rows = self.meeting.participants.select_related("organisation", "answered_by")
        return rows.filter(organisation_id=self.actor.organisation_id).first()

    def show(self, row: Participant) -> None:
        """Fill in what they answered before."""
        people = row.people.exclude(user_id=self.meeting.host_id).order_by("pk").values_list("name", "post")
        self.initial.setdefault("people", list(people))
        self.make_rows(len(people) + 1)
        if row.answer != Answer.WAITING:
            self.initial.setdefault("answer", row.answer)
            self.initial.setdefault("note", row.answer_note)

    def says(self) -> Any:
        row = self.invited()
        if row is None or not row.heard:
            until = self.meeting.answer_until
            return _("请在%(day)s以前回复；会前可以修改。") % {"day": long_day(until)} if until else ""
        words = {"how": row.get_heard_display(), "answer": answered_words(row)}
        return _("主办单位已按你们的%(how)s代填：%(answer)s。与实际不符的，请在这里改。") % words


class RecordAnswerForm(AnswerForm):
    """The answer of one of those invited, as they told the office; which of them is chosen by the button beside it."""

    participant = PublicIdChoice(Participant.objects.none(), label=_("单位"), empty_label=_("请选择"))
    heard = forms.ChoiceField(label=_("答复方式"), choices=Heard.choices, initial=Heard.PHONE, widget=forms.RadioSelect)
    field_order = ("participant", "heard", "answer", "people", "note")

    def prepare(self) -> None:
        field: Any = self.fields["participant"]
        field.queryset = self.meeting.participants.select_related("organisation").order_by("pk")
        field.label_from_instance = lambda row: row.organisation.name
        super().prepare()
        if self.row is not None:
            field.widget = forms.HiddenInput()

    def invited(self) -> Participant | None:
        named = self.data.get("participant") if self.is_bound else self.initial.get("participant")
        try:
            key = UUID(str(named))
        except ValueError:
            return None
        rows = self.meeting.participants.select_related("organisation", "answered_by")
        return rows.filter(public_id=key).first()

    def says(self) -> Any:
        row = self.invited()
        if row is None:
            return _("按电话、书面或者当面的答复代填；以后本单位自己回复的，以本单位的为准。")
        words = {"place": row.organisation.name, "answer": answered_words(row)}
        return (
            _("%(place)s现在的回复：%(answer)s。代填以后，页面上注明由主办单位代填；本单位再回复的，以新的为准。")
            % words
        )


def answered_words(row: Participant) -> str:
    """“参加，2人” as it stands now."""
    if row.answer != Answer.COMES:
        return str(row.get_answer_display())
    words = {"answer": row.get_answer_display(), "n": row.people.count()}
    return str(_("%(answer)s，%(n)s人") % words)
