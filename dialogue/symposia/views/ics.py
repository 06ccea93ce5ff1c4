"""A meeting for the calendar of a telephone or a computer."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from dialogue.symposia.ics import TYPE, calendar_of
from dialogue.symposia.views.acting import find


def meeting_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The file of one meeting, for whoever may open it."""
    meeting = find(public_id, request.actor)
    address = request.build_absolute_uri(reverse("symposia:meeting", args=[public_id]))
    response = HttpResponse(calendar_of(meeting, address=address, now=request.actor.now), content_type=TYPE)
    response["Content-Disposition"] = content_disposition_header(True, f"{meeting.title}.ics")
    return response
