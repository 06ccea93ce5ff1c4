"""The meeting that a move is about, before its other rows are read: every write of a meeting locks it first."""

from django.utils.translation import gettext_lazy as _

from dialogue.symposia.models import Meeting
from dialogue.symposia.queries import with_names
from foundation.errors import NotVisible
from workflow.actor import Actor
from workflow.door import admit
from workflow.shaped import Shaped


def held(meeting_id: int, action: str, *, by: Actor, seen: int | None) -> Meeting:
    """The meeting with its names, locked until the transaction ends; raises what keeps the actor from the move."""
    meeting: Meeting | None = _HELD.first(by, pk=meeting_id)
    if meeting is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    admit(meeting, action, by=by, seen=seen)
    return meeting


_HELD = Shaped(
    lambda by, *, pk: with_names(Meeting.objects.visible_to(by)).select_for_update(of=("self",)).filter(pk=pk), pk=int
)
