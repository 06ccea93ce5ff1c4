"""离任交接: what somebody leaves behind, who has it next, and one press that does it all."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from foundation.errors import NotYours, Refused
from parties.models import Membership, User
from parties.roles import Role
from parties.staff import colleagues
from workflow.leaving import Leaving, before_leaving, leave
from workflow.post_forms import HeirsForm
from workflow.views.posts import of_person


def leaving_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything of this person, a successor for each post; then what will happen, then that it has."""
    actor = request.actor
    person, _posts = of_person(public_id, actor)
    try:
        leaving = before_leaving(person, by=actor)
    except Refused as error:
        raise NotYours(error.sentence) from error
    places = {post.organisation_id for post in leaving.posts}
    form = HeirsForm(
        request.POST if request.method == "POST" else None,
        posts=leaving.posts,
        colleagues=colleagues(places, actor, but=person.pk) if places else [],
        needed={post.pk for post in leaving.posts if leaving.needs_heir(post)},
    )
    sent = request.method == "POST" and (form.is_valid() or not leaving.posts)
    step = request.POST.get("step", "")
    if sent and step == "confirm" and _left(request, person, form):
        return redirect("workflow:posts")
    preview = sent and step == "preview" and not form.errors
    context = {"person": person, "leaving": leaving, "form": form, **_shown(leaving, form if preview else None)}
    return render(request, "posts/leave.html", context, status=422 if form.errors else 200)


def _left(request: HttpRequest, person: User, form: HeirsForm) -> bool:
    try:
        person = leave(person, by=request.actor, heirs=getattr(form, "heirs", {}))
    except Refused as error:
        form.refuse(error.field, error.sentence)
        return False
    done = _("已办理离任：%(name)s，账号已停用") if person.left_on else _("已移交：%(name)s，其他岗位不变")
    messages.success(request, done % {"name": person.name})
    return True


def _shown(leaving: Leaving, preview: HeirsForm | None) -> dict[str, Any]:
    """The posts with their fields or, in the preview, with their successors; and what is owned, by post."""
    names = {post.pk: f"{Role(post.role).label} · {post.organisation.name}" for post in leaving.posts}
    seats = {(post.organisation_id, post.role): post.pk for post in leaving.posts}
    heirs = getattr(preview, "heirs", {})
    return {
        "preview": preview is not None,
        "steps": [_step(post, names[post.pk], heirs.get(post.pk)) for post in leaving.posts] if preview else [],
        "others": [f"{Role(post.role).label} · {post.organisation.name}" for post in leaving.others],
        "holdings": [
            {"holding": one, "place": names[seats[one.seat]] if one.seat else _("本人")} for one in leaving.holdings
        ],
    }


def _step(post: Membership, name: str, heir: User | None) -> tuple[str, str]:
    return name, _("由%(name)s接任") % {"name": heir.name} if heir else _("结束，不设接任人")
