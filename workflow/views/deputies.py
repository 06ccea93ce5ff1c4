"""我的代理: who stands in for me while I am away, and for whom I do."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.errors import NotVisible, Refused
from foundation.keyset import keyset_page
from parties.by import today
from parties.deputies import WITHOUT_DEPUTY, end_deputy, name_deputy
from parties.models import Deputy, Membership
from parties.roles import Role
from parties.staff import colleagues
from workflow.actor import Actor, Post
from workflow.post_forms import DeputyForm
from workflow.time_left import long_day

PAGE = 20


def eligible(actor: Actor) -> list[Post]:
    """The posts, one's own or held for others, in which this person may name a deputy."""
    return [post for post in actor.posts if post.role not in WITHOUT_DEPUTY]


def deputies_of(actor: Actor) -> Any:
    """The rows this person is part of, and those of their posts, newest first; one statement."""
    mine = Q(principal_id=actor.user_id) | Q(deputy_id=actor.user_id) | Q(membership__user_id=actor.user_id)
    rows = Deputy.objects.filter(mine).select_related("membership__organisation", "membership__user")
    return rows.select_related("principal", "deputy", "membership__organisation", "membership__user").order_by("-pk")


def deputies_page(request: HttpRequest) -> HttpResponse:
    """Whom I named and for whom I act, and the form that names another."""
    actor = request.actor
    posts, form = eligible(actor), None
    if posts:
        people = colleagues({post.organisation_id for post in posts}, actor, but=actor.user_id)
        start = {"valid_from": today(actor)}
        form = DeputyForm(request.POST if request.method == "POST" else None, posts=posts, people=people, initial=start)
        if request.method == "POST" and _named(request, form):
            return redirect("workflow:deputies")
    page = keyset_page(deputies_of(actor), after=request.GET.get("after", ""), size=PAGE)
    context = {"form": form, "rows": list(rows(page.rows, actor)), "next": page.next, "first": page.first}
    return render(request, "posts/deputies.html", context, status=422 if form is not None and form.errors else 200)


@require_POST
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The deputy acts no more."""
    end_deputy(of_actor(public_id, request.actor), by=request.actor)
    messages.success(request, _("代理已结束"))
    return redirect("workflow:deputies")


def of_actor(public_id: UUID, actor: Actor) -> Deputy:
    """A row that concerns this person, any for the system administrator. Raises NotVisible."""
    seen = Deputy.objects.all() if actor.role == Role.SYSTEM_ADMIN else deputies_of(actor)
    row: Deputy | None = seen.filter(public_id=public_id).first()
    if row is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return row


def rows(found: Iterable[Deputy], actor: Actor) -> Iterable[dict[str, Any]]:
    """Each row with its state in words, and whether it can still be ended."""
    day = today(actor)
    for row in found:
        over = row.ended_at is not None or row.valid_to < day
        state = _("已结束") if over else _("正在代理") if row.valid_from <= day else _("尚未开始")
        yield {
            "row": row,
            "who": _("%(deputy)s 代 %(holder)s") % {"deputy": row.deputy.name, "holder": row.membership.user.name},
            "through": row.principal.name if row.principal_id != row.membership.user_id else "",
            "what": f"{Role(row.membership.role).label} · {row.membership.organisation.name}",
            "span": _("%(start)s 至 %(end)s") % {"start": long_day(row.valid_from), "end": long_day(row.valid_to)},
            "state": state,
            "tone": "grey" if over else "green" if row.valid_from <= day else "blue",
            "icon": "done" if over else "swap" if row.valid_from <= day else "clock",
            "open": not over,
        }


def _named(request: HttpRequest, form: DeputyForm) -> bool:
    if not form.is_valid():
        return False
    post = form.posts[form.cleaned_data["post"]]
    try:
        row = name_deputy(Membership.objects.get(pk=post.membership_id), by=request.actor, **form.inputs())
    except Refused as error:
        form.refuse(error.field, error.sentence)
        return False
    messages.success(request, _("已指定代理人：%(name)s") % {"name": row.deputy.name})
    return True
