"""The inputs of result, signature and confirmation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.demands.enums import GIVEN, Confirmation, ContactChannel, Outcome
from cases.demands.forms.fields import MoveForm, text_area
from cases.demands.forms.relay import DisclosingForm
from cases.demands.identity import contact_words


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


def _confirmation() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("问题解决了吗？"),
        choices=[(choice.value, choice.label) for choice in GIVEN],
        widget=forms.RadioSelect,
    )


class OfficeConfirmForm(MoveForm):
    confirmation = _confirmation()
    note = text_area(_("说明"), rows=3, required=False, most=500)


class OpinionForm(DisclosingForm):
    free_text = ("words",)
    channel = forms.ChoiceField(
        label=_("怎样联系的企业"),
        choices=ContactChannel.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("没有这种联系方式")},
    )
    person = forms.CharField(label=_("联系了谁"), max_length=40)
    confirmation = _confirmation()
    words = text_area(_("企业的原话"), rows=3, most=500, help_text=_("如实记录，企业和承办部门看得到"))

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("person", contact_words(self.case, self.actor)[0])


class ConfirmForm(DisclosingForm):
    free_text = ("note",)
    confirmation = _confirmation()
    note = text_area(_("还想说的话"), rows=3, required=False, most=500)

    def prepare(self) -> None:
        super().prepare()
        self.fields["confirmation"].choice_hints = {
            Confirmation.SOLVED: _("事情办成了"),
            Confirmation.PARTLY: _("办成了一部分，在下面写明还差什么"),
            Confirmation.UNSOLVED: _("没有办成，在下面写明原因"),
        }
