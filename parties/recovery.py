"""What somebody sent after their session was lost goes along to the sign-in page and comes back to them alone.

Nothing of it is carried out: after signing in the same person presses the button once more, with a fresh token. What
goes along is sealed, so that the sign-in page shows it to nobody; files and passwords never go along.
"""

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from foundation.templatetags.ui import kept
from parties.forms import SignInForm

FIELD = "carried"
LARGEST = 200_000  # characters of names and values together
KEPT_FOR = timedelta(hours=12)
SEAT = "seat"  # the cookie that says who signed in last in this browser, until they sign out
SEAT_KEPT = timedelta(days=7)
SESSION_KEY = "post"  # what else the lost session knew: in which post the person acted
NOT_TEXT = ("_", "seen", "idempotency_key", "step")  # how the names begin of what a page sends along by itself
LOST = "lost_session"  # the attribute of a request in which a session ended
CODE = re.compile(r"[A-Z][A-Z0-9_]*")  # how the value of a choice looks
SHORTEST_SHOWN = 4  # characters of a value that the page shows


@dataclass(frozen=True)
class Carried:
    """Fields that were posted to a path of ours by this user, and the post they acted in if it was known."""

    path: str
    user: int
    post: int | None
    fields: list[tuple[str, str]]

    @property
    def texts(self) -> list[str]:
        """What a person typed, as far as it can be told from what the page sent along by itself and from choices,
        whose values are codes."""
        typed = (text for name, text in self.fields if not name.startswith(NOT_TEXT))
        return [text for text in typed if len(text) >= SHORTEST_SHOWN and not CODE.fullmatch(text)]


@lru_cache(maxsize=1)
def _seal() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"lost session" + settings.SECRET_KEY.encode()).digest()))


def note_loss(request: HttpRequest) -> None:
    """Whose session ends in this very request, before it does."""
    lost = (request.user.pk, request.session.get(SESSION_KEY))
    setattr(request, LOST, lost)


def _who(request: HttpRequest) -> tuple[int, int | None] | None:
    """Whose session it was, and in which post; None when nobody can tell. A request from elsewhere has no cookie."""
    lost: tuple[int, int | None] | None = getattr(request, LOST, None)
    if lost is not None:
        return lost
    try:
        return int(request.get_signed_cookie(SEAT, salt=SEAT, max_age=SEAT_KEPT) or ""), None
    except (KeyError, ValueError, signing.BadSignature):
        return None


def remember_seat(response: HttpResponse, user_id: int) -> None:
    """This browser knows who sat at it, so that what they send after their session ended goes to them alone."""
    response.set_signed_cookie(
        SEAT,
        str(user_id),
        salt=SEAT,
        max_age=SEAT_KEPT,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def page(request: HttpRequest) -> HttpResponse | None:
    """The sign-in page with what was posted (403), or None when nothing was or nobody can tell whose it is."""
    who, path = _who(request), request.get_full_path()
    fields = list(kept(request.POST)) if request.method == "POST" else []
    if who is None or not fields or not url_has_allowed_host_and_scheme(path, None):
        return None
    if request.headers.get("Accept") == "application/json":
        said = _("登录已失效，没有保存。请不要关闭本页：点提交后重新登录，内容会带过去。")
        return JsonResponse({"code": "signed_out", "detail": said}, status=403)
    context: dict[str, Any] = {"form": SignInForm(request), "next": "", "files": bool(request.FILES)}
    if sum(len(name) + len(value) for name, value in fields) > LARGEST:
        return render(request, "registration/login.html", context | {"too_long": True}, status=403)
    sealed = _seal().encrypt(json.dumps([path, *who, fields]).encode()).decode()
    return render(request, "registration/login.html", context | {FIELD: sealed}, status=403)


def carry(request: HttpRequest) -> None:
    """What the sign-in page carries waits in the session, however many steps signing in takes."""
    sealed = request.POST.get(FIELD, "")
    if opened(sealed):
        request.session[FIELD] = sealed


def carried_on(request: HttpRequest) -> HttpResponse | None:
    """On to what this very person sent before, in the post they acted in; None when it is another's or nothing."""
    carried = opened(request.session.get(FIELD, ""), user_id=request.user.pk)
    if carried is None:
        request.session.pop(FIELD, None)
        return None
    if carried.post is not None:
        request.session[SESSION_KEY] = carried.post
    return redirect("recovered")


def onward(request: HttpRequest) -> HttpResponse:
    """After what had to be done first: on to what this person sent before their session was lost, or home."""
    return carried_on(request) or redirect("home")


def opened(sealed: str, *, user_id: int | None = None) -> Carried | None:
    """What the sign-in page carries, if it is sealed by us, recent, and this user's (or anybody's)."""
    if not sealed or not sealed.isascii():
        return None
    try:
        path, user, post, fields = json.loads(_seal().decrypt(sealed, ttl=int(KEPT_FOR.total_seconds())))
    except (InvalidToken, ValueError, TypeError):
        return None
    if user_id is not None and user != user_id:
        return None
    return Carried(path, user, post, [(name, value) for name, value in fields])
