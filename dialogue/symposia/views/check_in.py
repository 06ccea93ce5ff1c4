"""Signing in: the code on the screen of the room, and the page to which it leads on a phone."""

import io
from typing import Any
from uuid import UUID

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from dialogue.symposia import moves, queries, rules
from dialogue.symposia.codes import GOOD_FOR, SHOWN_FOR, code_for, read_code
from dialogue.symposia.models import Meeting, Participant
from dialogue.symposia.views import words
from dialogue.symposia.views.acting import find
from dialogue.symposia.views.attendance import sums
from foundation.errors import DomainError, NotVisible, NotYours
from workflow.actor import Actor, Post
from workflow.door import refusal

# --- in the room ---


@never_cache
def screen(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """For the screen of the room: the code of this minute, and how many have signed.

    The browser asks for it anew, until somebody stops that; the code shown then is good for ten minutes more.
    """
    actor, still = request.actor, "still" in request.GET
    meeting = _shown_by(actor, public_id)
    context = {
        "meeting": meeting,
        "facts": words.facts(meeting),
        "sums": sums(queries.tally(queries.roll(meeting))),
        "still": still,
        "at": int(actor.now.timestamp()),
        "minutes": GOOD_FOR.seconds // 60,
    }
    answer = render(request, "symposia/screen.html", context)
    if not still:
        answer["Refresh"] = str(SHOWN_FOR)
    return answer


@never_cache
def screen_code(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The picture of the code, as it is at this moment."""
    meeting = _shown_by(request.actor, public_id)
    code = code_for(meeting.public_id, request.actor.now)
    drawn = io.BytesIO()
    address = settings.SITE_URL + reverse("symposia:check_in", args=[code])
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=2, svgclass=None, lineclass=None)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


def _shown_by(actor: Actor, public_id: UUID) -> Meeting:
    """The meeting whose code these organisers may show now."""
    meeting = find(public_id, actor)
    if sentence := rules.may_organise.refusal(meeting, actor):
        raise NotYours(sentence)
    if error := refusal(meeting, "sign_in", actor):
        raise error
    return meeting


# --- on a phone ---


@never_cache
def check_in(request: HttpRequest, code: str) -> HttpResponse:
    """One button for somebody of an invited organisation; signed already, too old and not invited are said plainly."""
    read = read_code(code)
    if read is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    actor = request.actor
    invited = _posts(actor, read.meeting)
    if not invited:
        return _say(request, "uninvited", status=403)
    post = next((one for one in invited if str(one.public_id) == request.POST.get("post")), invited[0])
    by = actor.in_post(post)
    meeting = find(read.meeting, by)
    row = queries.own_row(meeting, actor.user_id)
    if row is not None and row.signed_at is not None:
        return _say(request, "signed", meeting, row=row, opens=actor.post == post)
    if not read.is_good(actor.now):
        return _say(request, "old", meeting, status=409)
    if error := refusal(meeting, "sign_in", by):
        return _say(request, "refused", meeting, sentence=error.sentence, status=error.status)
    if request.method != "POST":
        return _say(request, "button", meeting, posts=invited, code=code)
    try:
        moves.sign_in(meeting.pk, by=by, code=code)
    except DomainError as error:
        return _say(request, "refused", meeting, sentence=error.sentence, status=error.status)
    return redirect("symposia:check_in", code)


def _posts(actor: Actor, meeting: UUID) -> list[Post]:
    """The posts in which this person may sign in, that in which they act now first: of organisations invited to it.

    One statement, and one more for each post of such an organisation: whether it opens the meeting.
    """
    invited = set(
        Participant.objects.filter(
            meeting__public_id=meeting, organisation_id__in={post.organisation_id for post in actor.posts}
        ).values_list("organisation_id", flat=True)
    )
    mine = [post for post in actor.posts if post.organisation_id in invited and post.role in rules.SIGNING]
    seen = [post for post in mine if Meeting.objects.visible_to(actor.in_post(post)).filter(public_id=meeting).exists()]
    return sorted(seen, key=lambda post: post != actor.post)


def _say(
    request: HttpRequest, what: str, meeting: Meeting | None = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The one page of signing in; `what` it says stands in its template. Which meeting is told to the invited alone."""
    facts = words.facts(meeting) if meeting else []
    return render(
        request, "symposia/check_in.html", {"what": what, "meeting": meeting, "facts": facts, **more}, status=status
    )
