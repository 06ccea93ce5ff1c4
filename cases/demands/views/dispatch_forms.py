"""The forms in which a draft of the rules of dispatch is changed and adopted."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from cases.demands.dispatching.drafts import LONGEST_SOURCE
from cases.demands.dispatching.rules import Effect, Rule
from cases.demands.enums import Klass
from cases.demands.forms import PointsField
from cases.demands.models import Category, DutyItem
from parties.models import Department, District

EVERY, YES, NO = "", "yes", "no"
URGENT: dict[str, bool | None] = {EVERY: None, YES: True, NO: False}


class RuleForm(forms.Form):
    """One rule: conditions, all of which must hold, and what then happens."""

    use_required_attribute = False

    categories = forms.MultipleChoiceField(label=_("类别"), required=False, widget=forms.CheckboxSelectMultiple)
    districts = forms.MultipleChoiceField(label=_("旗区"), required=False, widget=forms.CheckboxSelectMultiple)
    klasses = forms.MultipleChoiceField(
        label=_("档次"), required=False, widget=forms.CheckboxSelectMultiple, choices=Klass.choices
    )
    urgent = forms.ChoiceField(
        label=_("紧急"),
        required=False,
        widget=forms.RadioSelect,
        choices=[(EVERY, _("不限")), (YES, _("只限紧急件")), (NO, _("只限非紧急件"))],
    )
    words = PointsField(
        label=_("标题或正文含有"), required=False, help_text=_("每行一个词语，含有其中一个就算；不能写企业名称")
    )
    matters = PointsField(
        label=_("受理时选的职责事项"), required=False, help_text=_("每行一个编号，例如 NYJ-01；是其中一项就算")
    )
    effect = forms.ChoiceField(
        label=_("符合时"),
        choices=Effect.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择符合时怎么办。")},
    )
    matter = forms.ChoiceField(
        label=_("按哪一职责事项派单"),
        required=False,
        help_text=_("不选则按受理员选的事项；受理员选了另一事项时，本规则让位"),
    )
    lead = forms.ChoiceField(label=_("主办部门"), required=False, help_text=_("不选则派给唯一责任部门"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        categories = Category.objects.filter(active=True).values_list("code", "name")
        items = DutyItem.objects.filter(active=True).order_by("code").values_list("code", "matter")
        departments = Department.objects.filter(active=True).order_by("code").values_list("code", "name")
        for name, choices in (
            ("categories", [(code, pgettext("诉求类别", words)) for code, words in categories]),
            ("districts", list(District.objects.order_by("code").values_list("code", "name"))),
            ("matter", [("", _("受理员所选事项")), *((code, f"{code} {matter}") for code, matter in items)]),
            ("lead", [("", _("唯一责任部门")), *departments]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    @staticmethod
    def initial_of(rule: Rule) -> dict[str, Any]:
        """What the boxes begin with for a rule that is to be changed."""
        return {
            "categories": rule.categories,
            "districts": rule.districts,
            "klasses": rule.klasses,
            "urgent": next(choice for choice, urgent in URGENT.items() if urgent is rule.urgent),
            "words": "\n".join(rule.words),
            "matters": "\n".join(rule.matters),
            "effect": rule.effect,
            "matter": rule.matter,
            "lead": rule.lead,
        }

    def rule(self) -> Rule:
        """What was filled in, without a key; the form is valid."""
        chosen = self.cleaned_data
        many = {name: tuple(dict.fromkeys(chosen[name])) for name in ("categories", "districts", "klasses", "words")}
        return Rule(
            key="",
            urgent=URGENT[chosen["urgent"]],
            matters=tuple(dict.fromkeys(code.upper() for code in chosen["matters"])),
            effect=chosen["effect"],
            matter=chosen["matter"],
            lead=chosen["lead"],
            **many,
        )


class AdoptForm(forms.Form):
    """That the rehearsal was looked at, and why the rules are changed."""

    use_required_attribute = False

    result_seen = forms.BooleanField(label=_("我已看过预演结果"), required=False)
    source = forms.CharField(
        label=_("理由和依据"),
        max_length=LONGEST_SOURCE,
        help_text=_("为什么改，依据什么文件。平台办公室都能看到。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
