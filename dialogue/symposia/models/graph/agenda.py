"""Before a meeting: topics, those invited, notice and answers."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from dialogue.symposia import rules
from dialogue.symposia.enums import OPEN_STATES, MeetingState
from dialogue.symposia.models.graph.columns import GraphColumns

if TYPE_CHECKING:
    from datetime import date, datetime

# How agenda and list come about is the organising office's business, and kept from those invited (`kept_from`).
BEFORE_MEETING = [MeetingState.COLLECTING, MeetingState.NOTIFIED]


class AgendaGraph(GraphColumns):
    class Meta:
        abstract = True

    @transition(
        field="state",
        source=MeetingState.PLANNED,
        target=MeetingState.COLLECTING,
        permission=rules.may_organise,
        custom={
            "label": _("征集议题"),
            "run": "open_meeting",
            "tells": {"host": "meeting_planned"},
            "icon": "cal",
        },
    )
    def open_meeting(self, *, at: "datetime") -> None:
        self.opened_at = at

    @transition(
        field="state",
        source=BEFORE_MEETING,
        target=None,
        permission=rules.may_organise,
        custom={"label": _("修改安排"), "run": "change_plan", "tells": {"invited": "meeting_changed"}, "icon": "pen"},
    )
    def change_plan(self, *, at: "datetime", **plan: Any) -> None:
        """`plan` are columns of the plan (`rules.PLAN`), checked by `check_change_plan`."""
        for name, value in plan.items():
            setattr(self, name, value)

    @transition(
        field="state",
        source=BEFORE_MEETING,
        target=None,
        permission=rules.may_propose_topic,
        custom={
            "label": _("提出议题"),
            "run": "propose_topic",
            "icon": "plus",
            "appends": True,
            "kept_from": rules.PROPOSERS,
        },
    )
    def propose_topic(self, *, at: "datetime", source: str) -> None:
        """Topics are rows of their own."""

    @transition(
        field="state",
        source=BEFORE_MEETING,
        target=None,
        permission=rules.may_withdraw_topic,
        custom={
            "label": _("撤回议题"),
            "run": "withdraw_topic",
            "icon": "undo",
            "appends": True,  # what was decided meanwhile is kept from them, and asked of the topic itself
            "kept_from": rules.PROPOSERS,
        },
    )
    def withdraw_topic(self, *, at: "datetime") -> None:
        """Its row is gone; the event keeps what had been put forward."""

    @transition(
        field="state",
        source=BEFORE_MEETING,
        target=None,
        permission=rules.may_organise,
        custom={"label": _("选用议题"), "run": "choose_topic", "icon": "done", "kept_from": rules.PROPOSERS},
    )
    def choose_topic(self, *, at: "datetime", reason: str) -> None:
        """The choice stands on the topic, with its reason."""

    @transition(
        field="state",
        source=BEFORE_MEETING,
        target=None,
        permission=rules.may_organise,
        custom={"label": _("不选用议题"), "run": "decline_topic", "icon": "undo", "kept_from": rules.PROPOSERS},
    )
    def decline_topic(self, *, at: "datetime", reason: str) -> None:
        """The refusal stands on the topic, with its reason, which whoever proposed it reads."""

    @transition(
        field="state",
        source=BEFORE_MEETING,
        target=None,
        permission=rules.may_organise,
        custom={"label": _("邀请单位"), "run": "invite", "icon": "users", "kept_from": rules.PROPOSERS},
    )
    def invite(self, *, at: "datetime") -> None:
        """Those invited are rows of their own (the list of firms, and the departments)."""

    @transition(
        field="state",
        source=MeetingState.COLLECTING,
        target=None,
        permission=rules.may_organise,
        custom={"label": _("移出名单"), "run": "uninvite", "icon": "undo", "kept_from": rules.PROPOSERS},
    )
    def uninvite(self, *, at: "datetime", reason: str) -> None:
        """Its row is gone; the event keeps who it was and why. Nobody has been told of the list before the notice."""

    @transition(
        field="state",
        source=BEFORE_MEETING,
        target=None,
        permission=rules.may_organise,
        custom={"label": _("添加列席人员"), "run": "invite_guests", "icon": "users", "kept_from": rules.PROPOSERS},
    )
    def invite_guests(self, *, at: "datetime") -> None:
        """Guests of organisations outside the directory are people of their own (`Attendee`), expected at once."""

    @transition(
        field="state",
        source=BEFORE_MEETING,
        target=None,
        permission=rules.may_organise,
        custom={"label": _("移出列席人员"), "run": "uninvite_guest", "icon": "undo", "kept_from": rules.PROPOSERS},
    )
    def uninvite_guest(self, *, at: "datetime", reason: str) -> None:
        """The row is gone. The product has told guests nothing, so they may leave the list after the notice too."""

    @transition(
        field="state",
        source=MeetingState.COLLECTING,
        target=MeetingState.NOTIFIED,
        conditions=[rules.has_place],
        permission=rules.may_organise,
        custom={
            "label": _("发出通知"),
            "run": "send_notice",
            "tells": {"invited": "meeting_invited"},
            "icon": "send",
            "primary": True,
        },
    )
    def send_notice(self, *, at: "datetime", answer_until: "date", short_notice: str) -> None:
        self.notified_at, self.answer_until, self.short_notice = at, answer_until, short_notice

    @transition(
        field="state",
        source=MeetingState.NOTIFIED,
        target=None,
        permission=rules.may_answer,
        custom={"label": _("回复参会"), "run": "answer_invitation", "icon": "done", "appends": True},
    )
    def answer_invitation(self, *, at: "datetime", answer: str) -> None:
        """The answer stands on the row of those invited, with the people who come."""

    @transition(
        field="state",
        source=MeetingState.NOTIFIED,
        target=None,
        permission=rules.may_organise,
        custom={"label": _("代填回执"), "run": "record_answer", "icon": "pen", "appends": True},
    )
    def record_answer(self, *, at: "datetime", answer: str) -> None:
        """What those invited told the office; it stands as their answer until they give another."""

    @transition(
        field="state",
        source=BEFORE_MEETING,
        target=MeetingState.CANCELLED,
        permission=rules.may_organise,
        custom={
            "label": _("取消会议"),
            "run": "cancel_meeting",
            "tells": {"invited": "meeting_cancelled", "host": "meeting_cancelled"},
            "icon": "exit",
        },
    )
    def cancel_meeting(self, *, at: "datetime", reason: str) -> None:
        self.cancelled_at = at

    @transition(
        field="state",
        source=list(OPEN_STATES),
        target=None,
        permission=rules.only_the_system,
        custom={
            "label": _("日历变更重算期限"),
            "run": "recalculate_clock",
            "tells": {"turn": "meeting_due_moved"},
            "icon": "cal",
            "appends": True,
        },
    )
    def recalculate(self, *, at: "datetime") -> None:
        """What is due when lies in the clocks."""
