"""The inputs of every move, once: pages draw these forms, the API reads them. Rules about a move stay in rules.py."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.demands import queries, rules
from cases.demands.enums import GIVEN, Confirmation, ContactChannel, Klass, Outcome
from cases.demands.models import Case, Category, DutyItem
from cases.demands.questions import COMMON, QUESTIONS, Question
from parties.models import Department, Enterprise, Membership
from workflow.actor import Actor

STEP_ROWS = 5
CHINESE_DATE = "%Y年%m月%d日"


class MoveForm(forms.Form):
    """The inputs of one move of one case; `seen` is the chain sequence that the page showed.

    Subclasses that need choices of the case override `prepare`.
    """

    use_required_attribute = False

    def __init__(self, *args: Any, case: Case, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.actor = case, actor
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices that depend on the case; nothing by default."""


class PublicIdChoice(forms.ModelChoiceField):
    """A row chosen by its public id; its integer key never leaves the database."""

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset, to_field_name="public_id", **kwargs)


class DutyChoice(PublicIdChoice):
    """A matter of the duty list, named with its category and its owners."""

    def label_from_instance(self, item: DutyItem) -> str:
        owners = str(_("、")).join(owner.short_name or owner.name for owner in item.owners.all())
        words = {"category": item.category, "matter": item.matter, "owners": owners}
        return str(_("%(category)s · %(matter)s（%(owners)s）") % words)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class MomentField(forms.DateTimeField):
    """A moment of our time. The far ends of the calendar are refused: reckoning with them would leave it."""

    widget = MomentInput

    def validate(self, value: dt.datetime | None) -> None:
        super().validate(value)
        if value is not None and not 2000 <= value.year <= 2100:
            raise forms.ValidationError(_("请填写正确的日期和时间"))


class StepsWidget(forms.MultiWidget):
    """Rows of a step and its date; empty rows are left out."""

    template_name = "widgets/steps.html"

    def __init__(self) -> None:
        super().__init__({f"{part}_{n}": w for n in range(STEP_ROWS) for part, w in self.row()})

    @staticmethod
    def row() -> tuple[tuple[str, forms.Widget], ...]:
        return ("text", forms.TextInput()), ("date", DateInput())

    def decompress(self, value: Any) -> list[Any]:
        flat = [part for step in value or [] for part in step]
        return flat + [None] * (STEP_ROWS * 2 - len(flat))

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """A list of rows is not yet the flat list of boxes, as Django takes any list to be."""
        rows = [(row.get("text"), row.get("due_on")) if isinstance(row, dict) else row for row in value or []]
        return super().get_context(name, self.decompress(rows[:STEP_ROWS]), attrs)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if isinstance(data.get(name), list) and not hasattr(data, "getlist"):
            return data[name]  # JSON: [{"text": …, "due_on": …}]
        flat = super().value_from_datadict(data, files, name)
        return [{"text": flat[i], "due_on": flat[i + 1]} for i in range(0, len(flat), 2)]


class StepsField(forms.Field):
    """Dated steps as [(text, date)]; a row with only one of both is refused."""

    widget = StepsWidget
    takes_rows_of = ("text", "due_on")  # in JSON: [{"text": …, "due_on": …}]

    def to_python(self, value: Any) -> list[tuple[str, dt.date]]:
        text_field, day_field = forms.CharField(), forms.DateField(input_formats=["%Y-%m-%d", CHINESE_DATE])
        steps = []
        for row in value or []:
            if not isinstance(row, dict):
                raise forms.ValidationError(_("每个步骤要有文字和完成日期"))
            text, day = str(row.get("text") or "").strip(), row.get("due_on") or ""
            if not text and not day:
                continue
            if not text or not day:
                raise forms.ValidationError(_("每个步骤要有文字和完成日期"))
            steps.append((text_field.clean(text), day_field.clean(str(day))))
        return steps


def text_area(label: Any, *, rows: int = 4, required: bool = True, help_text: Any = "", most: int = 4000) -> Any:
    """A long text with a length that the browser and the server both know."""
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class AcceptForm(MoveForm):
    category = forms.ModelChoiceField(Category.objects.filter(active=True), label=_("类别"), empty_label=None)
    klass = forms.ChoiceField(label=_("档次"), choices=Klass.choices, widget=forms.RadioSelect)
    urgent = forms.BooleanField(label=_("紧急"), required=False, help_text=_("时限按“紧急”一栏计，见时限规则"))
    duty_item = DutyChoice(
        queries.duty_items(),
        label=_("职责清单事项"),
        required=False,
        empty_label=_("暂不选择，由派单员确定"),
        help_text=_("只有一个责任部门的事项，受理后立即自动派单"),
    )
    duplicates_seen = forms.BooleanField(label=_("已核对该企业其他在办诉求，不是重复"), required=False)
    note = text_area(_("受理意见"), rows=2, required=False, most=500)

    def prepare(self) -> None:
        self.initial.setdefault("category", self.case.category_id)
        self.others = list(queries.open_siblings(self.case.pk)[:5])
        if not self.others:
            del self.fields["duplicates_seen"]


class DispatchForm(MoveForm):
    duty_item = DutyChoice(queries.duty_items(), label=_("职责清单事项"), empty_label=_("请选择"))
    lead = PublicIdChoice(Department.objects.none(), label=_("主办部门"), empty_label=_("请选择"))
    note = text_area(_("派单意见"), rows=2, required=False, most=500)

    def prepare(self) -> None:
        self.fields["lead"].queryset = queries.active_departments()
        self.initial.setdefault("duty_item", self.case.duty_item and self.case.duty_item.public_id)


class AcknowledgeForm(MoveForm):
    handler = PublicIdChoice(Membership.objects.none(), label=_("承办人"), empty_label=_("请选择"))

    def prepare(self) -> None:
        field = self.fields["handler"]
        field.queryset = queries.handlers(self.case, now=self.actor.now)
        field.label_from_instance = lambda membership: membership.user.name


class NameHandlerForm(AcknowledgeForm):
    reason = text_area(_("更换原因"), rows=2, most=500)


class PointsField(forms.CharField):
    """One point a line, as a list; empty lines are left out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), **kwargs)

    def clean(self, value: Any) -> list[str]:
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class CompletionForm(MoveForm):
    points = PointsField(label=_("还缺什么"), help_text=_("每行写一项，企业看得到；只能要求补正一次"))


class AskFirmForm(MoveForm):
    points = PointsField(label=_("请企业补充什么"), help_text=_("每行写一个具体问题，企业看得到；最多两次"))


class AnswerForm(MoveForm):
    answer = text_area(_("您的答复"), rows=5, help_text=_("请对照上面的各项逐一说明"))


class ContactForm(MoveForm):
    contacted_at = MomentField(label=_("联系时间"))
    channel = forms.ChoiceField(label=_("联系方式"), choices=ContactChannel.choices, widget=forms.RadioSelect)
    person = forms.CharField(label=_("联系了谁"), max_length=40)
    summary = text_area(_("沟通内容"), rows=3, most=500, help_text=_("企业看得到这段记录"))

    def prepare(self) -> None:
        self.initial.setdefault("contacted_at", self.actor.now)
        self.initial.setdefault("person", self.case.contact_name)


class DenyContactForm(MoveForm):
    reason = text_area(_("情况说明"), rows=3, most=500)


class PlanForm(MoveForm):
    steps = StepsField(label=_("办理步骤"), help_text=_("每一步写清做什么、哪一天完成，企业看得到"))


class NoteForm(MoveForm):
    text = text_area(_("内部备注"), most=1000, help_text=_("仅承办单位与平台可见，企业看不到"))


class ReplyForm(MoveForm):
    text = text_area(_("公开答复"), most=1000, help_text=_("企业可见"))


class ResultForm(MoveForm):
    outcome = forms.ChoiceField(label=_("办理结果"), choices=Outcome.choices, widget=forms.RadioSelect)
    text = text_area(
        _("给企业的答复"), rows=6, help_text=_("写清办成了什么、什么时候、找谁；“近期、尽快、研究”会提示审签人")
    )
    evidence = text_area(_("依据与佐证"), rows=3, most=1000, help_text=_("文件名称、文号，或与企业的联系记录"))


class SignForm(MoveForm):
    note = text_area(
        _("审签意见"), rows=3, required=False, most=1000, help_text=_("只有本部门和平台看得到，企业看不到")
    )


class ReturnForm(MoveForm):
    reason = text_area(_("审签意见"), rows=3, most=1000, help_text=_("只有本部门和平台看得到，企业看不到"))


class ConfirmForm(MoveForm):
    confirmation = forms.ChoiceField(
        label=_("问题解决了吗？"),
        choices=[(choice.value, choice.label) for choice in GIVEN],
        widget=forms.RadioSelect,
    )
    note = text_area(_("还想说的话"), rows=3, required=False, most=500)

    def prepare(self) -> None:
        self.fields["confirmation"].choice_hints = {
            Confirmation.SOLVED: _("事情办成了"),
            Confirmation.PARTLY: _("办成了一部分，在下面写明还差什么"),
            Confirmation.UNSOLVED: _("没有办成，在下面写明原因"),
        }


# One form for each move of an existing case, by its action.
FORMS: dict[str, type[MoveForm]] = {
    "request_completion": CompletionForm,
    "complete": AnswerForm,
    "accept": AcceptForm,
    "dispatch": DispatchForm,
    "acknowledge": AcknowledgeForm,
    "name_handler": NameHandlerForm,
    "ask_firm": AskFirmForm,
    "answer": AnswerForm,
    "record_contact": ContactForm,
    "deny_contact": DenyContactForm,
    "save_plan": PlanForm,
    "note_internal": NoteForm,
    "reply_public": ReplyForm,
    "submit_result": ResultForm,
    "sign_off": SignForm,
    "return_result": ReturnForm,
    "confirm": ConfirmForm,
}


# --- submission ---


def question_field(question: Question) -> forms.Field:
    """The form field of one question; its answer is kept as text, as the firm wrote it."""
    common: dict[str, Any] = {"label": question.label, "required": question.required, "help_text": question.hint}
    if question.kind == "choice":
        field: forms.Field = forms.ChoiceField(
            choices=[(value, label) for value, label, _help in question.choices], widget=forms.RadioSelect, **common
        )
    elif question.kind == "number":
        field = NumberText(max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **common)
    elif question.kind == "date":
        field = forms.DateField(widget=DateInput, input_formats=["%Y-%m-%d", CHINESE_DATE], **common)
    elif question.kind == "long":
        longest = question.maximum_length or rules.LONGEST_TEXT
        field = forms.CharField(max_length=longest, widget=forms.Textarea(attrs={"rows": 4}), **common)
    else:
        field = forms.CharField(max_length=question.maximum_length or 200, **common)
    field.question, field.unit = question, question.unit
    field.choice_hints = {value: line for value, _label, line in question.choices if line}
    return field


class NumberText(forms.CharField):
    """A number as text, so that “三百左右” gets a sentence and is kept in the field."""

    takes_numbers = True  # in JSON: 300 or "300"

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not re.fullmatch(r"\d{1,12}(\.\d{1,2})?", value):
            raise forms.ValidationError(_("请填数字，例如 300；“%(value)s”无法统计") % {"value": value})


class SubmitForm(forms.Form):
    """What a firm is asked for one category: the common questions, those of the category, and whom to call."""

    use_required_attribute = False

    def __init__(self, *args: Any, category: Category, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category = category
        for question in (*COMMON, *QUESTIONS.get(category.code, ())):
            self.fields[question.key] = question_field(question)
        self.fields["text"].more = (_("怎么写更快办成？"), category.advice)
        self.fields["contact_name"] = forms.CharField(label=_("联系人"), max_length=40)
        self.fields["contact_phone"] = forms.RegexField(
            r"^[0-9+\- ]{7,20}$",
            label=_("联系电话"),
            max_length=20,
            error_messages={"invalid": _("请填能打通的电话，例如 0477-5550100")},
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, field in self.fields.items():
            question = getattr(field, "question", None)
            value = data.get(name)
            if question and question.minimum_length and value and len(str(value)) < question.minimum_length:
                self.add_error(name, _("请写得具体些，至少 %(n)s 个字") % {"n": question.minimum_length})
        return data

    def inputs(self) -> dict[str, Any]:
        """The arguments of `moves.submit_case` besides `by`."""
        data = dict(self.cleaned_data)
        answers = {
            question.key: str(data[question.key])
            for question in QUESTIONS.get(self.category.code, ())
            if data.get(question.key) not in (None, "")
        }
        return {
            "category": self.category,
            "title": data["title"],
            "text": data["text"],
            "wanted": data.get("wanted", ""),
            "answers": answers,
            "contact_name": data["contact_name"],
            "contact_phone": data["contact_phone"],
        }


class ClaimForm(forms.Form):
    """Attach an enterprise to a message of another channel."""

    use_required_attribute = False

    enterprise = PublicIdChoice(Enterprise.objects.filter(active=True), label=_("企业"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("标题"), max_length=rules.LONGEST_TITLE)
