"""A meeting as an entry of a calendar (iCalendar, RFC 5545). Pure; no statement runs here."""

from datetime import datetime

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText, vUri

from dialogue.symposia.enums import MeetingState
from dialogue.symposia.models import Meeting
from workflow.calendar import ZONE

PRODUCT = "-//Ordos Direct Dialogue//Meetings//ZH"
TYPE = "text/calendar; charset=utf-8"
STATUS = {MeetingState.COLLECTING: "TENTATIVE", MeetingState.CANCELLED: "CANCELLED"}  # every other: CONFIRMED


def calendar_of(meeting: Meeting, *, address: str, now: datetime) -> bytes:
    """The calendar with this one meeting, loaded with its office and host. `address` is that of its page.

    The entry is known again by the meeting's id and replaced by one of a higher sequence. The office stands as its
    organiser under its id: nobody's e-mail address is in the file.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_event(meeting, address=address, now=now))
    calendar.add_missing_timezones(first_date=meeting.starts_at.astimezone(ZONE).date())
    return calendar.to_ical()


def _event(meeting: Meeting, *, address: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", str(meeting.public_id))
    event.add("sequence", meeting.head_seq)
    event.add("dtstamp", now)
    event.add("dtstart", meeting.starts_at.astimezone(ZONE))
    event.add("dtend", meeting.ends_at.astimezone(ZONE))
    event.add("summary", meeting.title)
    event.add("status", STATUS.get(MeetingState(meeting.state), "CONFIRMED"))
    if meeting.place:
        event.add("location", meeting.place)
    event.add("description", _description(meeting))
    event.add("url", vUri(address))
    organiser = vCalAddress(f"urn:uuid:{meeting.office.public_id}")
    organiser.params["CN"] = vText(meeting.office.name)
    event.add("organizer", organiser)
    return event


def _description(meeting: Meeting) -> str:
    host = f"{meeting.host_post or meeting.host_org.name} {meeting.host.name}"
    pairs = (
        (_("类型"), meeting.get_kind_display()),
        (_("主办单位"), meeting.office.name),
        (_("主持"), host),
    )
    return "\n".join(_("%(label)s：%(value)s") % {"label": label, "value": value} for label, value in pairs)
