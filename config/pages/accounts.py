"""Accounts in which nobody has signed in yet, and their initial passwords: told once, on paper."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from config.pages.directory.finding import nothing_there
from config.pages.directory.words import post_words
from foundation.errors import NotYours, Refused
from foundation.keyset import keyset_page
from parties import initial_passwords
from parties.models import User
from parties.passwords import draw
from workflow.actor import Actor
from workflow.views.once import posted_once, random_key

PAGE = 30  # at a fifth of a second a password the sheet for a whole page takes six


def for_setters(by: Actor) -> None:
    """Whoever sets nobody's initial password is told so. Raises NotYours."""
    if by.role not in initial_passwords.SETTERS:
        raise NotYours(initial_passwords.BY_SETTERS)


@require_safe
def waiting_accounts(request: HttpRequest) -> HttpResponse:
    """The accounts that wait for their people, newest first; two statements."""
    for_setters(request.actor)
    return _list(request)


@require_POST
@never_cache
def sheet(request: HttpRequest) -> HttpResponse:
    """The chosen accounts have new initial passwords, which this answer alone tells."""
    by = request.actor
    for_setters(by)
    chosen = _chosen(request)
    if not 1 <= len(chosen) <= PAGE:
        return _list(request, error=_("请选择 1 到 %(n)s 个账号") % {"n": PAGE})
    back = reverse("accounts:waiting")
    try:
        return _told_once(request, initial_passwords.waiting(by).filter(public_id__in=chosen), len(chosen), back)
    except Refused as error:
        return _list(request, error=error.sentence)


def _chosen(request: HttpRequest) -> set[UUID]:
    """The accounts that are ticked; none when one of them is no account's name."""
    try:
        return {UUID(word) for word in request.POST.getlist("row")}
    except ValueError:
        return set()


@never_cache
def one_password(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What setting the initial password of one account means; then the password, once."""
    by = request.actor
    for_setters(by)
    accounts = initial_passwords.accounts_of(by).filter(public_id=public_id)
    person = accounts.first()
    if person is None:
        seen = User.objects.visible_to(by).filter(public_id=public_id).first()
        raise NotYours(initial_passwords.refusal(seen, by)) if seen else nothing_there()
    if request.method == "POST":
        return _told_once(request, accounts, 1, reverse("accounts:password", args=[public_id]))
    context = {"person": person, "back": _page_of(person, by), "key": random_key()}
    return render(request, "accounts/password.html", context)


def _told_once(request: HttpRequest, accounts: QuerySet[User], number: int, back: str) -> HttpResponse:
    """The passwords on paper; a form that is sent again sets none and says so. Raises Refused."""
    drawn = [draw() for _n in range(number)]  # hashed before anybody waits for a lock
    slips: list[initial_passwords.Slip] = []

    def do() -> str:
        slips.extend(initial_passwords.give(request, by=request.actor, accounts=accounts, drawn=drawn))
        return back

    posted_once(request, do)
    if not slips:
        messages.info(request, _("初始密码已经设置过，只显示那一次。没有记下来的，请再设置一次。"))
        return redirect(back)
    site = request.build_absolute_uri(reverse("home"))
    return render(request, "accounts/slips.html", {"slips": slips, "back": back, "site": site})


def _page_of(person: User, by: Actor) -> str:
    """The page of the person in the directory where this reader sees one, or else the list."""
    if User.objects.visible_to(by).filter(pk=person.pk).exists():
        return reverse("directory:entry", args=["people", person.public_id])
    return reverse("accounts:waiting")


def _list(request: HttpRequest, *, error: Any = "") -> HttpResponse:
    by = request.actor
    picked = request.POST.getlist("row")
    page = keyset_page(initial_passwords.waiting(by), after=request.GET.get("after", ""), size=PAGE)
    context = {
        "rows": [_row(person, by, picked) for person in page.rows],
        "next": page.next,
        "first": page.first,
        "key": random_key(),
        "error": error,
    }
    return render(request, "accounts/waiting.html", context, status=422 if error else 200)


def _row(person: User, by: Actor, picked: list[str]) -> dict[str, Any]:
    return {
        "person": person,
        "posts": coming_posts(person),
        "standing": initial_passwords.standing(person, by),
        "picked": str(person.public_id) in picked,
    }


def coming_posts(person: User) -> str:
    """The posts of a row of the list."""
    posts: Sequence[Any] = person.coming_posts  # type: ignore[attr-defined]
    return post_words(posts)


app_name = "accounts"
urlpatterns = [
    path("", waiting_accounts, name="waiting"),
    path("passwords/", sheet, name="passwords"),
    path("<uuid:public_id>/password/", one_password, name="password"),
]
