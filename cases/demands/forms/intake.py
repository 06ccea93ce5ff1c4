"""The inputs of the moves of the platform office."""

from collections.abc import Sequence

from django import forms
from django.db.models import Case as When_
from django.db.models import Value, When
from django.utils.translation import gettext_lazy as _

from cases.demands import queries
from cases.demands.dispatching.book import suggestions_for
from cases.demands.enums import Klass
from cases.demands.forms.fields import DutyChoice, PointsField, PublicIdChoice, text_area
from cases.demands.forms.relay import DisclosingForm
from cases.demands.models import Category
from parties.models import Department


class AcceptForm(DisclosingForm):
    free_text = ("note",)
    category = forms.ModelChoiceField(Category.objects.filter(active=True), label=_("类别"), empty_label=None)
    klass = forms.ChoiceField(label=_("档次"), choices=Klass.choices, widget=forms.RadioSelect)
    urgent = forms.BooleanField(label=_("紧急"), required=False, help_text=_("时限按“紧急”一栏计，见时限规则"))
    duty_item = DutyChoice(
        queries.duty_items(),
        label=_("职责清单事项"),
        required=False,
        empty_label=_("暂不选择，由派单员确定"),
        help_text=_("只有一个责任部门的事项，受理后自动派单；派单规则另有规定的除外"),
    )
    duplicates_seen = forms.BooleanField(label=_("已核对该企业其他在办诉求，不是重复"), required=False)
    note = text_area(_("受理意见"), rows=2, required=False, most=500)

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("category", self.case.category_id)
        self.others = list(queries.open_siblings(self.case.pk, self.actor)[:5])
        if not self.others:
            del self.fields["duplicates_seen"]


class DispatchForm(DisclosingForm):
    free_text = ("note",)
    duty_item = DutyChoice(queries.duty_items(), label=_("职责清单事项"), empty_label=_("请选择"))
    lead = PublicIdChoice(Department.objects.none(), label=_("主办部门"), empty_label=_("请选择"))
    note = text_area(_("派单意见"), rows=2, required=False, most=500)

    def prepare(self) -> None:
        super().prepare()
        self.suggestions = suggestions_for(self.case)
        first = [suggestion.department.pk for suggestion in self.suggestions]
        self.fields["lead"].queryset = queries.active_departments().order_by(*first_of(first), "code")
        self.initial.setdefault("duty_item", self.case.duty_item and self.case.duty_item.public_id)


def first_of(keys: Sequence[int]) -> list[When_]:
    """An order in which these rows stand first, as they are given; nothing when there are none."""
    places = [When(pk=key, then=Value(place)) for place, key in enumerate(keys)]
    return [When_(*places, default=Value(len(places)))] if places else []


class CompletionForm(DisclosingForm):
    free_text = ("points",)
    points = PointsField(label=_("还缺什么"), help_text=_("每行写一项，企业看得到；只能要求补正一次"))
