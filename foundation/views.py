"""Two addresses for machines: does this process answer, and may it be sent people."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.health import keeper


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process lives; asks nothing and nobody."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when every part does its work, else 503; the body names what fails. What was found is kept for 3 seconds."""
    with translation.override(settings.LANGUAGE_CODE):
        parts = keeper.look(timezone.now())
    failing = [part.name for part in parts if not part.finding.ok]
    return JsonResponse(
        {
            "ready": not failing,
            "failing": failing,
            "probes": {part.name: {"ok": part.finding.ok, "detail": part.finding.words} for part in parts},
        },
        status=503 if failing else 200,
        json_dumps_params={"ensure_ascii": False},
    )
