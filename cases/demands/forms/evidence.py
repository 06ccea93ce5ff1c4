"""The input of an evidence pack."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.demands import rules
from cases.demands.forms.fields import MoveForm


class PackForm(MoveForm):
    purpose = forms.CharField(
        label=_("用途"),
        max_length=rules.LONGEST_PURPOSE,
        help_text=_("写清为什么要、交给谁。会记入本件的流转记录，企业和承办部门看不到"),
        error_messages={"required": _("请填写用途")},
    )
