"""The other demands that a firm sent in one go."""

from cases.demands.models import Case
from cases.demands.queries.rows import with_names
from parties.roles import ENTERPRISE_ROLES, OFFICE_ROLES
from workflow.actor import Actor


def sent_together(case: Case, by: Actor) -> list[Case]:
    """What was sent together with this demand and this reader may open; no statement when it came alone.

    For the firm and the office: to a department it would tell which demands come from one firm.
    """
    if case.submission is None or by.role not in ENTERPRISE_ROLES | OFFICE_ROLES:
        return []
    others = Case.objects.visible_to(by).filter(submission=case.submission).exclude(pk=case.pk)
    return list(with_names(others).order_by("pk"))
