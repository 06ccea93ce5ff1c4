"""The duty roster of one's own house: everybody in it reads, liaisons and the desk edit."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.errors import Refused
from foundation.keyset import keyset_page
from workflow import roster
from workflow.forms import ShiftForm

PAGE = 50


def roster_page(request: HttpRequest) -> HttpResponse:
    """Who is on duty now and in the coming weeks; for editors the form of another shift."""
    actor = request.actor
    roster.for_readers(actor)
    form = None
    if roster.may_edit(actor):
        people = roster.colleagues(actor)
        form = ShiftForm(request.POST or None, people=people)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            try:
                roster.add_shift(by=actor, user=given["user"], starts_at=given["starts_at"], ends_at=given["ends_at"])
            except Refused as error:
                form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
            else:
                messages.success(request, _("已排班"))
                return redirect("workflow:roster")
    elif request.method == "POST":
        roster.for_editors(actor)
    page = keyset_page(roster.coming(actor), after=request.GET.get("after", ""), size=PAGE)
    context = {
        "organisation": actor.post.organisation_name,
        "rows": [{"shift": shift, "now": shift.starts_at <= actor.now} for shift in page.rows],
        "form": form,
        "next": page.next,
        "first": page.first,
    }
    return render(request, "workflow/roster.html", context, status=422 if form is not None and form.errors else 200)


@require_POST
def remove_shift(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The shift is off the roster, or ends now if it has begun."""
    roster.remove_shift(public_id, by=request.actor)
    messages.success(request, _("已取消这个班"))
    return redirect("workflow:roster")
