"""What may be written into minutes, and what may be said of a draft."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from dialogue.symposia.enums import WRITABLE, Adoption
from dialogue.symposia.rules.permissions import may_organise
from foundation.errors import NotYours, Refused, WrongMoment
from workflow.actor import Actor
from workflow.calendar import ZONE

if TYPE_CHECKING:
    from dialogue.symposia.models import Meeting

LONGEST_SECTION = 20_000  # characters
MOST_PARAGRAPHS = 1_000  # of a section; to merge two texts takes the square of it
LONGEST_COMMENT = 2_000
LONGEST_ANSWER = 500
LONGEST_WAIT = 60  # days for those present to comment
WINDOW = 40  # characters of the name of a page


def check_writing(meeting: "Meeting", actor: Actor) -> None:
    """Refuse to change the text to whom it is not, or when it is not the moment. Raises NotYours, WrongMoment."""
    if sentence := may_organise.refusal(meeting, actor):
        raise NotYours(sentence)
    if meeting.state not in WRITABLE:
        raise WrongMoment(
            _("现在是“%(state)s”，不能修改纪要。您写的内容还在本页，请先复制保存")
            % {"state": meeting.get_state_display()}
        )


def check_section(text: str, seq: int | None, known: int) -> int:
    """The savings that the page knows of. Raises Refused for a text too long, and for a number that never was."""
    if len(text) > LONGEST_SECTION:
        raise Refused("text", _("内容太长，最多 %(n)s 个字") % {"n": LONGEST_SECTION})
    if text.count("\n") >= MOST_PARAGRAPHS:
        raise Refused("text", _("段落太多，最多 %(n)s 段") % {"n": MOST_PARAGRAPHS})
    if seq is None or not 0 <= seq <= known:
        raise Refused("seq", _("不知道您看到的是哪一次保存的内容，请刷新本页"))
    return seq


def check_ask_comments(meeting: "Meeting", actor: Actor, *, comments_until: date) -> None:
    """The day is today or later, and not beyond what anybody waits for."""
    today = actor.now.astimezone(ZONE).date()
    if comments_until < today:
        raise Refused("comments_until", _("意见截止日期已经过去"))
    if (comments_until - today).days > LONGEST_WAIT:
        raise Refused("comments_until", _("意见截止日期最多在 %(n)s 天以内") % {"n": LONGEST_WAIT})


def check_remarks(remarks: Sequence[tuple[Any, str]]) -> None:
    """No remark is longer than anybody reads."""
    for _section, text in remarks:
        if len(text) > LONGEST_COMMENT:
            raise Refused("", _("意见太长，每条最多 %(n)s 个字") % {"n": LONGEST_COMMENT})


def check_answer(adoption: str, answer: str) -> None:
    """What is not adopted says why."""
    if adoption not in (Adoption.ADOPTED, Adoption.NOT_ADOPTED):
        raise Refused("adoption", _("请选择采纳或不采纳"))
    if adoption == Adoption.NOT_ADOPTED and not answer:
        raise Refused("answer", _("不采纳的，请写明理由"))
    if len(answer) > LONGEST_ANSWER:
        raise Refused("answer", _("内容太长，最多 %(n)s 个字") % {"n": LONGEST_ANSWER})
