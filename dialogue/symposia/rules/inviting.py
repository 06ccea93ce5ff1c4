"""What must hold of those invited and of their answers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from dialogue.symposia.enums import Answer, Heard
from dialogue.symposia.rules.planning import LONGEST_REASON, check_reason
from foundation.errors import Refused
from workflow.actor import Actor

if TYPE_CHECKING:
    from dialogue.symposia.models import Meeting

MOST_INVITED = 200
MOST_PEOPLE = 20  # who come for one organisation
MOST_GUESTS = 100  # of a meeting
LONGEST_NAME, LONGEST_POST, LONGEST_PLACE = 40, 60, 60


def check_uninvite(meeting: "Meeting", actor: Actor, *, reason: str) -> None:
    check_reason(reason)


def check_uninvite_guest(meeting: "Meeting", actor: Actor, *, reason: str) -> None:
    check_reason(reason)


def check_guests(guests: Sequence[tuple[str, str, str]], *, there: int) -> None:
    """Guests as (name, organisation, post) that may be added to a meeting where `there` of them are already."""
    if not guests:
        raise Refused("guests", _("请填写至少一名列席人员"))
    if there + len(guests) > MOST_GUESTS:
        raise Refused("guests", _("一次会议最多 %(n)s 名列席人员") % {"n": MOST_GUESTS})
    for name, place, post in guests:
        if not name or not place:
            raise Refused("guests", _("每名列席人员要有姓名和单位"))
        if len(name) > LONGEST_NAME or len(place) > LONGEST_PLACE or len(post) > LONGEST_POST:
            raise Refused("guests", _("姓名最多 40 个字，单位和职务最多 60 个字"))
    if len({(name, place) for name, place, _post in guests}) < len(guests):
        raise Refused("guests", _("同一个人只填写一次；同名的，请在姓名后加以区分"))


def check_heard(heard: str) -> None:
    if heard not in Heard.values:
        raise Refused("heard", _("请选择答复方式"))


def check_coming(answer: str, note: str, people: Sequence[tuple[str, str]]) -> None:
    """Whoever comes names who; whoever does not says why."""
    if answer == Answer.DECLINES:
        if not note.strip():
            raise Refused("note", _("请写明不参加的原因"))
        if people:
            raise Refused("people", _("不参加时不要填写参会人员"))
    elif answer == Answer.COMES:
        if not people:
            raise Refused("people", _("请填写至少一名参会人员"))
        check_people(people)
    else:
        raise Refused("answer", _("请选择参加或者不参加"))
    if len(note.strip()) > LONGEST_REASON:
        raise Refused("note", _("原因不能超过 %(n)s 个字") % {"n": LONGEST_REASON})


def check_people(people: Sequence[tuple[str, str]]) -> None:
    names = [name for name, _post in people]
    if len(names) > MOST_PEOPLE:
        raise Refused("people", _("每个单位最多 %(n)s 人") % {"n": MOST_PEOPLE})
    if len(set(names)) < len(names):
        raise Refused("people", _("同一个人只填写一次；同名的，请在姓名后加以区分"))
    if any(not name or len(name) > LONGEST_NAME or len(post) > LONGEST_POST for name, post in people):
        raise Refused("people", _("请填写姓名（最多 40 个字），职务最多 60 个字"))
