"""What a firm fills in to submit a demand, and intake to register one."""

import re
from typing import Any, cast

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cases.demands import question_sets, rules
from cases.demands.enums import Identity
from cases.demands.forms.attachments import FilesField
from cases.demands.forms.fields import CHINESE_DATE, DateInput, PublicIdChoice
from cases.demands.models import Category, QuestionSet
from cases.demands.questions import COMMON_KEYS, Question
from foundation.files.storing import Upload
from foundation.forms import ANSWER
from parties.models import Enterprise


def question_field(question: Question) -> forms.Field:
    """The form field of one question; its answer is kept as text, as the firm wrote it.

    Its words are those of whoever wrote the set, not always the name of a thing that could be filled in.
    """
    common: dict[str, Any] = {"label": question.label, "required": question.required, "help_text": question.hint}
    common["error_messages"] = {"required": format_lazy(ANSWER, what=question.label)}
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


def identity_field() -> forms.ChoiceField:
    """Who may learn which firm asks; nothing chosen means 公开."""
    field = forms.ChoiceField(
        label=_("身份公开程度"),
        choices=Identity.choices,
        initial=Identity.OPEN,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("提交后可以从隐名改为公开，不能从公开改为隐名"),
    )
    field.choice_hints = {
        Identity.OPEN: _("承办部门看到企业名称和电话，可以直接联系您"),
        Identity.HIDDEN: _("承办部门只看到一个称呼，由平台转递消息联系；平台办公室知道您是谁，可以给您打电话"),
    }
    return field


class SubmitForm(forms.Form):
    """What a firm is asked for one category: the common questions, those of the category, and whom to call.

    `asked` is the version of the questions; the newest unless one is given. Of several demands sent together the
    first alone asks for the contact.
    """

    use_required_attribute = False

    def __init__(
        self, *args: Any, category: Category, asked: QuestionSet | None = None, contact: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.category = category
        self.asked = asked or question_sets.newest(category.code)
        for question in self.asked.questions:
            self.fields[question.key] = question_field(question)
        self.fields["text"].more = (_("怎么写更快办成？"), category.advice)
        if contact:
            self.fields["identity"] = identity_field()
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

    def answers(self) -> dict[str, str]:
        """What was answered to the questions of the category, as text by key."""
        return {
            question.key: str(self.cleaned_data[question.key])
            for question in self.asked.questions
            if question.key not in COMMON_KEYS and self.cleaned_data.get(question.key) not in (None, "")
        }

    def inputs(self) -> dict[str, Any]:
        """The arguments of `moves.submit_case` besides `by`; those of the contact are empty when it is not asked."""
        data = dict(self.cleaned_data)
        return {
            "category": self.category,
            "title": data["title"],
            "text": data["text"],
            "wanted": data.get("wanted", ""),
            "answers": self.answers(),
            "questions_version": self.asked.version,
            "identity": data.get("identity") or Identity.OPEN,
            "contact_name": data.get("contact_name", ""),
            "contact_phone": data.get("contact_phone", ""),
        }


class SubmissionFiles(forms.Form):
    """Photos and files that go with the matter of the check page; each is judged by itself."""

    use_required_attribute = False

    uploads = FilesField(required=False, label=_("照片和附件"))

    @property
    def accepted(self) -> tuple[Upload, ...]:
        """Those that are taken, also when others are refused."""
        return cast("FilesField", self.fields["uploads"]).accepted


class ClaimForm(forms.Form):
    """Attach an enterprise to a message of another channel."""

    use_required_attribute = False

    enterprise = PublicIdChoice(Enterprise.objects.filter(active=True), label=_("企业"), widget=forms.RadioSelect)
    title = forms.CharField(label=_("标题"), max_length=rules.LONGEST_TITLE)
