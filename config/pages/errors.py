"""The answer to a form whose token no longer fits."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from parties import recovery


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long or the person signed in again elsewhere: what was typed can be sent again.

    The fields go back as hidden ones of a form with a fresh token; passwords and files do not, they must be given anew.
    Whoever is no longer signed in does that first.
    """
    if not request.user.is_authenticated and (page := recovery.page(request)):
        return page
    return render(request, "errors/csrf.html", {"posted": request.POST}, status=403)
