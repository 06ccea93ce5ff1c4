"""What must hold before minutes are signed and issued."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from workflow.rules import condition

if TYPE_CHECKING:
    from dialogue.symposia.models import Meeting


@condition(_("还没有向参会单位征求意见"))
def comments_were_asked(meeting: "Meeting") -> bool:
    return meeting.commented_version == meeting.next_version


@condition(_("还没有印发过纪要"))
def has_minutes(meeting: "Meeting") -> bool:
    return meeting.version >= 1
