"""The state of the system for its administrator: what /readyz tells machines, in words for people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from foundation.errors import NotYours
from foundation.health import look
from parties.roles import Role


def page(request: HttpRequest) -> HttpResponse:
    """Every part with what is found of it now. Raises NotYours for anybody but a system administrator."""
    if request.actor.role != Role.SYSTEM_ADMIN:
        raise NotYours(_("只有系统管理员可以查看系统状态"))
    parts = look(request.actor.now)
    failing = sum(not part.finding.ok for part in parts)
    return render(request, "workflow/health.html", {"parts": parts, "failing": failing})
