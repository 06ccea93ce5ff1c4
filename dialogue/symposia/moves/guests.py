"""Guests (列席人员) of organisations outside the directory are put on the list or taken off it.

They are people, not organisations that take part: nobody of them reads or answers anything here. What the ledger keeps
are their organisations, how many they are and their rows; names and posts stand in the rows alone.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from dialogue.symposia import queries, rules
from dialogue.symposia.enums import Capacity, Presence
from dialogue.symposia.models import Attendee, Meeting
from dialogue.symposia.moves.notices import renew_notices
from foundation.errors import Refused
from workflow.actor import Actor
from workflow.door import move

GUESTS_CHANGED = "调整列席人员"


def invite_guests(meeting_id: int, *, by: Actor, seen: int | None, guests: Sequence[tuple[str, str, str]]) -> Meeting:
    """These people, as (name, organisation, post), are expected as guests, and the letters name their organisations.

    The office tells them itself. Raises Refused for an organisation that can be invited as such, and for somebody who
    is on the list already.
    """
    guests = [(name.strip(), place.strip(), post.strip()) for name, place, post in guests]
    with transaction.atomic():
        rows = [
            Attendee(name=name, organisation_name=place, post=post, capacity=Capacity.OBSERVES)
            for name, place, post in guests
        ]
        meeting = move(
            Meeting,
            meeting_id,
            "invite_guests",
            by=by,
            seen=seen,
            say=_said(place for _name, place, _post in guests),
            facts={"guests": [row.public_id.hex for row in rows]},
        )
        there = set(meeting.attendees.filter(participant=None).values_list("name", "organisation_name"))
        rules.check_guests(guests, there=len(there))
        refuse_the_platform(meeting, dict.fromkeys(place for _name, place, _post in guests), field="guests")
        if again := [name for name, place, _post in guests if (name, place) in there]:
            raise Refused("guests", _("已经在名单上：%(names)s") % {"names": _("、").join(again)})
        for row in rows:
            row.meeting = meeting
        Attendee.objects.bulk_create(rows)
        renew_notices(meeting, by=by, reason=GUESTS_CHANGED)
        return meeting


def uninvite_guest(meeting_id: int, *, by: Actor, seen: int | None, guest: Attendee, reason: str) -> Meeting:
    """The guest is no longer on the list: nobody of this name was meant, or is still asked. Who is excused stays."""
    with transaction.atomic():
        meeting = move(
            Meeting,
            meeting_id,
            "uninvite_guest",
            by=by,
            seen=seen,
            say=_said([guest.organisation_name]),
            note=reason.strip(),
            facts={"guests": [guest.public_id.hex]},
            reason=reason,
        )
        row = meeting.attendees.filter(pk=guest.pk, participant=None).first()
        if row is None:
            raise Refused("guest", _("没有找到这名列席人员"))
        if row.presence != Presence.EXPECTED:
            raise Refused("guest", _("已经登记了到会情况，请在“到会登记”里更正"))
        row.delete()
        renew_notices(meeting, by=by, reason=GUESTS_CHANGED)
        return meeting


def refuse_the_platform(meeting: Meeting, names: Collection[str], *, field: str) -> None:
    """Raise Refused, naming them, for organisations whose people are no guests: they take part, read and answer."""
    if known := queries.on_the_platform(meeting, names):
        words = {"names": _("、").join(known)}
        listed = _("平台上有这个单位：%(names)s。已受邀的，请在单位里选择；没有受邀的，请用“邀请单位”")
        raise Refused(field, listed % words)


def _said(places: Iterable[str]) -> str:
    """“国网供电公司2人、建设银行1人”."""
    return "、".join(f"{place}{n}人" for place, n in Counter(places).items())
