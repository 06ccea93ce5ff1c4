"""Meetings are nobody's in person: they belong to the desk of their office, and are named where nobody sits there."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from dialogue.symposia import queries
from parties.models import Membership
from parties.roles import Role
from workflow.actor import Actor
from workflow.owned import NeedsNoHeir
from workflow.registry import Holding, Seat


class Desks(NeedsNoHeir):
    """Whoever is appointed to the office goes on with its meetings: they find them in 待办, and nothing is moved."""

    remedy = _(
        "这些会议的主办单位现在没有人可以办理。请为主办单位任命人员（领导办公室任命领导秘书，平台办公室任命受理员等），"
        "任命后由新任人员接着办；主办单位已停用的，先重新启用。"
    )

    def holdings(self, user_id: int, now: datetime) -> list[Holding]:
        return []

    def unowned(self, actor: Actor, limit: int) -> list[tuple[str, str]]:
        """For the system administrator, who gives these posts: by day and kind, never by title."""
        if actor.role != Role.SYSTEM_ADMIN:
            return []
        rows = queries.without_desk(actor.now).select_related("office").order_by("starts_at", "pk")[:limit]
        return [(meeting.number, meeting.office.name) for meeting in rows]

    def pass_on(self, user_id: int, heirs: Mapping[Seat, Membership], by: Actor) -> None:
        """They stay where they are."""
