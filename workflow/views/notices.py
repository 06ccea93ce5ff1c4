"""What this person has been told: unread first of all, one press to open, one to have read everything."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from foundation.counters import bounded_counts, counter_words
from foundation.errors import NotVisible
from foundation.keyset import keyset_page
from workflow import registry
from workflow.actor import Actor
from workflow.middleware import POST_KEY
from workflow.models import Notice
from workflow.notices import mark_all_read, mark_read

PAGE = 30


def notice_list(request: HttpRequest) -> HttpResponse:
    """The unread notices, or all of them, newest first, thirty a page; two statements."""
    actor = request.actor
    mine = Notice.objects.visible_to(actor)
    everything = request.GET.get("all") == "1"
    counts = bounded_counts({"unread": mine.unread(), "all": mine})
    shown = mine if everything else mine.unread()
    page = keyset_page(shown.order_by("-id"), after=request.GET.get("after", ""), size=PAGE)
    return render(
        request,
        "workflow/notices.html",
        {
            "everything": everything,
            "unread_number": counts["unread"],
            "unread_words": counter_words(counts["unread"]),
            "all_words": counter_words(counts["all"]),
            "rows": [_row(notice, actor) for notice in page.rows],
            "newest": page.rows[0] if page.rows and page.first else None,
            "next": page.next,
            "first": page.first,
        },
    )


def _row(notice: Notice, actor: Actor) -> dict[str, Any]:
    """The notice, and the holder for whom it came when it is of a post held for somebody else."""
    holder = next((post.holder for post in actor.posts if post.membership_id == notice.membership_id), "")
    known = {kind.code: kind.label for kind in registry.message_kinds()}
    return {"notice": notice, "kind": known.get(notice.kind, notice.kind), "holder": holder}


def _find(actor: Actor, public_id: object) -> Notice:
    notice = Notice.objects.visible_to(actor).filter(public_id=public_id).first()
    if notice is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return notice


@require_POST
def open_notice(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The notice is read, and the person stands before what it is about, in the post it was sent to."""
    actor = request.actor
    notice = _find(actor, public_id)
    mark_read([notice.pk], by=actor)
    post = next(post for post in actor.posts if post.membership_id == notice.membership_id)
    if post != actor.post:
        request.session[POST_KEY] = post.membership_id
        messages.info(
            request,
            _("现在以%(role)s的岗位办理：%(organisation)s")
            % {"role": post.role.label, "organisation": post.organisation_name},
        )
    return redirect(notice.address)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Everything up to the newest notice the person saw is read; what came meanwhile is not."""
    actor = request.actor
    try:
        newest = _find(actor, UUID(request.POST.get("newest", "")))
    except ValueError as error:
        raise NotVisible(_("没有找到，或者您不能查看")) from error
    number = mark_all_read(by=actor, up_to=newest.pk)
    messages.success(
        request, ngettext("已把 %(n)s 条通知标为已读", "已把 %(n)s 条通知标为已读", number) % {"n": number}
    )
    return redirect("workflow:notices")
