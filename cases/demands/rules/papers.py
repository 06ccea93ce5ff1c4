"""Who has papers made of a demand: 受理回执 and 办理单."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cases.demands.enums import OF_DIALOGUE
from cases.demands.rules.people import FIRM
from parties.roles import DEPARTMENT_ROLES, OFFICE_ROLES
from workflow.rules import Permission, condition

if TYPE_CHECKING:
    from cases.demands.models import Case

may_issue_receipt = Permission({**FIRM, "office_id": OFFICE_ROLES}, _("只有提出企业和平台办公室可以制发受理回执"))
may_issue_case_file = Permission(
    {**FIRM, "lead_id": DEPARTMENT_ROLES, "office_id": OFFICE_ROLES},
    _("只有提出企业、主办部门和平台办公室可以制发办理单"),
)


@condition(_("受理以后才有受理回执"))
def was_accepted(case: "Case") -> bool:
    """The class is given at acceptance; what ended before has none. What an origin opened, nobody accepted."""
    return bool(case.klass) and case.origin not in OF_DIALOGUE
