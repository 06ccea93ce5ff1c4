"""What is asked of the two people of a move that takes two, and how what was proposed reads."""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from cases.demands.forms.fields import MoveForm, text_area
from cases.demands.forms.table import FORMS
from cases.demands.models import Case
from workflow.proposals import LONGEST_REASON, REASON
from workflow.specs import specs
from workflow.time_left import date_text, short_day


@cache
def form_of(action: str) -> type[MoveForm]:
    """The form of a move; of one that takes two people with the reason for which it is proposed."""
    form = FORMS[action]
    if specs(Case)[action].decided_by is None:
        return form
    why = text_area(
        _("提请理由"), rows=3, most=LONGEST_REASON, help_text=_("写给决定的人看，企业看不到；同意之前诉求不会变动")
    )
    return type(f"{form.__name__}Proposed", (form,), {REASON: why})


def proposed_inputs(form: MoveForm) -> dict[str, Any]:
    """What the move itself takes of a valid form."""
    return {name: value for name, value in form.cleaned_data.items() if name != REASON}


class DecideForm(forms.Form):
    """The word of the second person: needed when they refuse."""

    use_required_attribute = False
    reason = text_area(
        _("意见"), rows=2, required=False, most=LONGEST_REASON, help_text=_("不同意时必填，提出人看得到")
    )


def said(action: str, inputs: Mapping[str, Any], *, long: bool = True) -> list[tuple[Any, str]]:
    """What is proposed as (question, answer), in the reader's language; without long texts when only a line is wanted.

    What was left empty is left out.
    """
    pairs = []
    for name, field in FORMS[action].base_fields.items():
        if not long and isinstance(field.widget, forms.Textarea):
            continue
        if words := _words(field, inputs.get(name)):
            pairs.append((field.label, words))
    return pairs


def in_one_line(action: str, inputs: Mapping[str, Any]) -> str:
    """“不予受理的原因：重复；…” for the sentence of an event."""
    return "；".join(f"{label}：{words}" for label, words in said(action, inputs, long=False))


def _words(field: forms.Field, value: Any) -> str:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(field, forms.ModelChoiceField):
        return str(field.label_from_instance(value))
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))
    if isinstance(value, bool):
        return pgettext("answer", "是") if value else pgettext("answer", "否")
    if isinstance(value, dt.datetime):
        return date_text(value, value)
    if isinstance(value, dt.date):
        return short_day(value)
    if isinstance(value, list | tuple):
        return "\n".join(_words(field, part) for part in value)
    return str(value)
