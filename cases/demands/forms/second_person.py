"""The inputs of moves that take two people. What the proposer gives as reason is asked beside them, not here."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.demands import rules
from cases.demands.enums import DeclineReason, Klass
from cases.demands.forms.fields import MoveForm, text_area


class DeclineForm(MoveForm):
    declined_for = forms.ChoiceField(label=_("不予受理的原因"), choices=DeclineReason.choices, widget=forms.RadioSelect)
    channel = forms.CharField(
        label=_("应找的部门或渠道"),
        required=False,
        max_length=rules.LONGEST_CHANNEL,
        help_text=_("“非职责范围”必填，企业看得到"),
    )
    channel_contact = forms.CharField(
        label=_("联系方式"),
        required=False,
        max_length=rules.LONGEST_CHANNEL,
        help_text=_("电话、地址或网址，“非职责范围”必填，企业看得到"),
    )
    explanation = text_area(_("对企业的说明"), most=rules.LONGEST_EXPLANATION, help_text=_("企业看得到这段说明"))


class ReclassifyForm(MoveForm):
    klass = forms.ChoiceField(
        label=_("升为"),
        choices=Klass.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择升为哪一档。")},
    )
    reason = text_area(_("升档原因"), rows=3, most=rules.LONGEST_EXPLANATION, help_text=_("企业看得到这段说明"))

    def prepare(self) -> None:
        self.fields["klass"].choices = [(klass.value, klass.label) for klass in rules.HEAVIER[self.case.klass]]
