"""The meetings that somebody may open."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dialogue.symposia import queries
from dialogue.symposia.models import Meeting
from dialogue.symposia.views import words
from dialogue.symposia.views.planning import may_open


def meeting_list(request: HttpRequest) -> HttpResponse:
    """The newest fifty; filters and pages follow."""
    meetings = queries.with_names(Meeting.objects.visible_to(request.actor)).order_by("-starts_at", "-id")[:50]
    rows = [(meeting, words.state_badge(meeting), words.facts(meeting)) for meeting in meetings]
    return render(request, "symposia/list.html", {"rows": rows, "may_open": may_open(request.actor)})
