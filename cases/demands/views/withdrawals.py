"""撤回情况: why firms withdrew, for supervision alone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cases.demands import queries
from cases.demands.enums import CaseState
from foundation.errors import NotYours
from foundation.keyset import keyset_page
from parties.roles import Role

PAGE = 50


def withdrawals(request: HttpRequest) -> HttpResponse:
    """The withdrawals of this office's demands, newest first, with the firm's private reason; fifty a page.

    It names demands by number and department, never a firm: a supervisor opens only what is supervised.
    """
    actor = request.actor
    if actor.role != Role.SUPERVISOR:
        raise NotYours(_("只有督办员可以查看撤回情况"))
    page = keyset_page(queries.withdrawals(actor), after=request.GET.get("after", ""), size=PAGE)
    rows = [
        {
            "number": row.case.number,
            "department": row.case.lead.name if row.case.lead else "",
            "state": CaseState(row.state_before).label,
            "reason": row.reason,
            "contacted": row.contacted_before,
            "at": row.at,
            "undone_at": row.undone_at,
        }
        for row in page.rows
    ]
    return render(request, "demands/withdrawals.html", {"rows": rows, "next": page.next, "first": page.first})
