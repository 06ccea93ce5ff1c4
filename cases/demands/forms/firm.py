"""The inputs of redo, withdrawal, its undoing, and nudge."""

from django.utils.translation import gettext_lazy as _

from cases.demands.forms.fields import MoveForm, text_area


class RedoForm(MoveForm):
    reason = text_area(
        _("为什么要重办"), rows=4, most=1000, help_text=_("写清哪里没有解决；由另一位承办人办理，最多重办两次")
    )


class WithdrawForm(MoveForm):
    reason = text_area(
        _("撤回原因"), rows=4, most=1000, help_text=_("只有督办员看得到，承办部门看不到；24 小时内可以恢复")
    )


class UndoWithdrawalForm(MoveForm):
    """Nothing to fill in: the demand stands where it stood."""


class PaperForm(MoveForm):
    """Nothing to fill in: what a paper says follows from the demand and its reader."""


class NudgeForm(MoveForm):
    text = text_area(_("想说的话"), rows=3, required=False, most=500, help_text=_("两个工作日内只能催办一次"))
