"""A form that is sent twice does its work once."""

import secrets
from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest

from foundation.idempotency import once

NOT_CONTENT = ("csrfmiddlewaretoken", "idempotency_key")


def random_key() -> str:
    """A key for one drawing of a form."""
    return secrets.token_urlsafe(16)


def posted_once(request: HttpRequest, do: Callable[[], str], *, foreseen: str = "") -> str:
    """The address that `do` gives, or gave when this very form was sent before; most likely `foreseen`.

    The key stands in the form and was made when the form was drawn; the same key with other content is refused.
    """
    content = sorted((name, value) for name, values in request.POST.lists() for value in values)
    content += [(name, f"{file.name} {file.sha256}") for name, files in request.FILES.lists() for file in files]
    body = urlencode([pair for pair in content if pair[0] not in NOT_CONTENT]).encode()
    _status, address, _repeated = once(
        user_id=request.user.pk,
        route=request.path,
        key=request.POST.get("idempotency_key", ""),
        body=body,
        now=request.actor.now,
        do=lambda: (302, do()),
        foreseen=(302, foreseen),
    )
    return address
