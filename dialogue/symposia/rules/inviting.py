"""What must hold of those invited and of their answers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from dialogue.symposia.enums import Answer
from dialogue.symposia.rules.planning import LONGEST_REASON, check_reason
from foundation.errors import Refused
from workflow.actor import Actor

if TYPE_CHECKING:
    from dialogue.symposia.models import Meeting

MOST_INVITED = 200
MOST_PEOPLE = 20  # who come for one organisation
LONGEST_NAME, LONGEST_POST = 40, 60


def check_uninvite(meeting: "Meeting", actor: Actor, *, reason: str) -> None:
    check_reason(reason)


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
