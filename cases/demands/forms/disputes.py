"""The inputs of sending back, arbitration, transfer and hand-over."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.demands import queries
from cases.demands.forms.fields import DutyChoice, MoveForm, PublicIdChoice, text_area
from cases.demands.identity import knows_firm
from cases.demands.naming import places_named
from parties.models import Department, Office
from workflow.proposals import REASON


def opinion(label: Any) -> Any:
    """A reasoned decision, which becomes a precedent."""
    return text_area(
        label, rows=4, most=1000, help_text=_("写清职责依据和理由；以后派同一事项时会显示，不要写企业名称")
    )


class ReasonedForm(MoveForm):
    """Words that become a precedent, which offices read that may not open the demand: no firm stands in them by name.

    Only those are told who know the firm: to anybody else it would say whether a guess is right.
    """

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not knows_firm(self.case, self.actor):
            return data
        firm = queries.names_of(self.case)
        texts = {name: data[name] for name in ("clause", REASON, "reason") if data.get(name)}
        for place in places_named(texts, firm):
            if place.words in (firm.name, firm.credit_code, firm.contact_phone):
                self.add_error(
                    place.field, _("以后派同一事项的人会看到这段话，请不要写%(what)s") % {"what": place.what}
                )
        return data


class SendBackForm(ReasonedForm):
    clause = forms.CharField(
        label=_("职责依据"), max_length=300, help_text=_("哪部法规、哪项“三定”职责说明不归本部门，写到条款")
    )
    suggested = PublicIdChoice(
        Department.objects.none(), label=_("建议承办部门"), required=False, empty_label=_("说不清由谁承办")
    )

    def prepare(self) -> None:
        self.fields["suggested"].queryset = queries.active_departments().exclude(pk=self.case.lead_id)


class UpholdForm(ReasonedForm):
    reason = opinion(_("裁决理由"))


class RejectForm(UpholdForm):
    pass


class AssignLeadForm(ReasonedForm):
    lead = PublicIdChoice(Department.objects.none(), label=_("先行办理的部门"), empty_label=_("请选择"))
    reason = opinion(_("裁决理由"))

    def prepare(self) -> None:
        self.fields["lead"].queryset = queries.active_departments()


class TransferForm(MoveForm):
    lead = PublicIdChoice(Department.objects.none(), label=_("接收部门"), empty_label=_("请选择"))

    def prepare(self) -> None:
        self.fields["lead"].queryset = queries.active_departments().exclude(pk=self.case.lead_id)


class ReassignForm(TransferForm):
    duty_item = DutyChoice(queries.duty_items(), label=_("职责清单事项"), empty_label=_("请选择"))
    reason = text_area(_("转办原因"), rows=3, most=1000)

    def prepare(self) -> None:
        super().prepare()
        self.initial.setdefault("duty_item", self.case.duty_item and self.case.duty_item.public_id)


class PassDownForm(MoveForm):
    office = PublicIdChoice(Office.objects.none(), label=_("旗区平台办公室"), empty_label=_("请选择"))
    reason = text_area(_("转办原因"), rows=3, most=1000, help_text=_("企业看得到"))

    def prepare(self) -> None:
        self.fields["office"].queryset = queries.banner_offices(self.case)


class ReportUpForm(MoveForm):
    """Nothing but why, which every proposal asks; the city office decides."""
