"""The boxes of the filter bar. They only draw: what an address means is read by `filters.read`."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from cases.demands.choices import Choices
from cases.demands.filters import BASIC, DAYS, DUES, FROM_TABLES, LABELS, ONE_OF, ROUNDS, STATES, Wishes, offered
from cases.demands.forms.fields import DateInput
from workflow.actor import Actor


class FilterBar(forms.Form):
    """The usual filters, or with `wide` all that this reader is offered, filled with what was chosen.

    A date that is none is repeated in its sentence, not in its box: a browser would not draw it there.
    """

    def __init__(self, wishes: Wishes, choices: Choices, actor: Actor, *, wide: bool) -> None:
        chosen: dict[str, Any] = {name: value for name, value in wishes.pairs() if name != "state"}
        chosen["state"] = list(wishes.states) if wide else next(iter(wishes.states), "")
        super().__init__(initial=chosen)
        for name in offered(actor) if wide else BASIC:
            self.fields[name] = _box(name, choices, wide=wide)


def _box(name: str, choices: Choices, *, wide: bool) -> forms.Field:
    label = LABELS[name]
    if name == "q":
        attrs = {"placeholder": _("编号、标题、企业"), "maxlength": "60"}
        return forms.CharField(label=label, required=False, widget=forms.TextInput(attrs=attrs))
    if name == "state" and wide:
        several = forms.CheckboxSelectMultiple
        return forms.MultipleChoiceField(label=label, required=False, choices=list(STATES.items()), widget=several)
    if name in DAYS:
        return forms.DateField(label=label, required=False, widget=DateInput())
    return forms.ChoiceField(label=label, required=False, choices=[("", _first(name)), *_options(name, choices)])


def _options(name: str, choices: Choices) -> list[tuple[str, Any]]:
    if name in FROM_TABLES:
        return choices.options(name)
    if name == "state":
        return list(STATES.items())
    if name == "round":
        return [(n, _("第 %(n)s 轮") % {"n": n}) for n in ROUNDS]
    return list(ONE_OF[name].items()) if name != "due" else list(DUES.items())


def _first(name: str) -> str:
    """What the list shows when nothing is chosen."""
    words = {
        "state": _("在办"),
        "category": _("全部类别"),
        "district": _("全部旗区"),
        "sort": _("剩余时间少的在前"),
    }
    return words.get(name, _("全部"))
