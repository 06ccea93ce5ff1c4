"""Who sees a meeting: one table, read by the queryset here and by its inverse in queries/people.py."""

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from dialogue.symposia.enums import AFTER_MEETING, MeetingState
from dialogue.symposia.rules.permissions import HOSTS, ORGANISERS, PARTICIPANTS, PROPOSERS
from parties.models import District
from parties.roles import DEPARTMENT_ROLES, ENTERPRISE_ROLES
from workflow.actor import Actor

# From when on an organisation that takes part sees the meeting whole; a cancelled one when its notice had gone out.
TOLD = (MeetingState.NOTIFIED, MeetingState.CANCELLED, *AFTER_MEETING)
TOLD_OF = Q(state__in=TOLD, notified_at__isnull=False)


class MeetingQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """The meetings this actor may open: those they see whole, and those of which they see the call for topics and
        their own topics (`called`)."""
        return self if actor.is_system else self.filter(self._whole(actor) | self._called(actor))

    def seen_whole_by(self, actor: Actor) -> Self:
        """Those of the actor's own office; those whose host they are, or for whom, or whose minutes they sign in
        person; and those to which their organisation is invited, or of whose items it is the lead or a co-handler, from
        the notice on."""
        return self if actor.is_system else self.filter(self._whole(actor))

    def listed_for(self, actor: Actor, *, whole: bool = False) -> Self:
        """The rows of `visible_to` (with `whole` of `seen_whole_by`), for lists.

        A firm takes part in few of all meetings: they are found from what it has to do with, where `visible_to` asks of
        every meeting whether this reader has to do with it.
        """
        if actor.is_system:
            return self
        called = Q(pk=None) if whole else self._called(actor)
        if actor.role not in ENTERPRISE_ROLES:
            return self.filter(self._whole(actor, listed=True) | called)
        meetings = self.model._default_manager.order_by()
        keys = [way.values("meeting") for way in _ways(actor)]
        if not whole:
            keys += [meetings.filter(self._collecting(actor)).values("pk"), _topics(actor).values("meeting")]
        return self.filter(TOLD_OF | called, pk__in=keys[0].union(*keys[1:], all=True))

    def _whole(self, actor: Actor, *, listed: bool = False) -> Q:
        return self._own(actor) | (self._took_part(actor, listed) if actor.role in PARTICIPANTS else Q(pk=None))

    @staticmethod
    def _own(actor: Actor) -> Q:
        """By a column of the meeting: its office's desk, the house of its host from the beginning, and its signer."""
        mine = Q(office_id=actor.organisation_id) if actor.role in ORGANISERS else Q(pk=None)
        if actor.role in PARTICIPANTS - ENTERPRISE_ROLES:
            mine |= Q(host_org_id=actor.organisation_id)
        if actor.role in HOSTS:
            mine |= Q(signer_id=actor.person_id, signer_org_id=actor.organisation_id)
        return mine

    @classmethod
    def _called(cls, actor: Actor) -> Q:
        """For firms and departments of the district (of a city meeting: of all) those for which topics are being
        collected; and those for which they put a topic forward, whatever became of it."""
        if actor.post is None or actor.role not in PROPOSERS:
            return Q(pk=None)
        theirs = Exists(_topics(actor).filter(meeting=OuterRef("pk")))
        return cls._collecting(actor) | (~Q(state=MeetingState.PLANNED) & Q(theirs))

    @staticmethod
    def _collecting(actor: Actor) -> Q:
        assert actor.post is not None
        here = Q(district_id=actor.post.district_code) | Q(district__level=District.Level.CITY)
        return Q(here, state=MeetingState.COLLECTING)

    @staticmethod
    def _took_part(actor: Actor, listed: bool) -> Q:
        """Where the actor's organisation is invited, or has to do with an item.

        Each way in is a condition of its own, so that each reads the index of its column: together in one they had to
        read every item there is. So had co-handlers in a list, if their items were joined.
        """
        mine = Q(pk=None)
        for way in _ways(actor):
            mine |= Q(Exists(way.filter(meeting=OuterRef("pk"))))
        if actor.role in DEPARTMENT_ROLES:
            items = apps.get_model("symposia", "ActionItem").objects
            helped = items.model.others.through.objects.filter(department_id=actor.organisation_id)
            if listed:
                of_item = items.filter(pk=OuterRef("actionitem")).values("meeting")[:1]
                mine |= Q(pk__in=helped.values(of=Subquery(of_item)))
            else:
                mine |= Q(Exists(helped.filter(actionitem__meeting=OuterRef("pk"))))
        return TOLD_OF & mine


def _ways(actor: Actor) -> list[Any]:
    """What ties an organisation to a meeting once its notice has gone out: rows that name both.

    An item names a firm or a department that leads; whom else it names stands in a table beside it.
    """
    participants, items = (apps.get_model("symposia", name).objects for name in ("Participant", "ActionItem"))
    ways = [participants.filter(organisation_id=actor.organisation_id)]
    if actor.role in ENTERPRISE_ROLES:
        ways.append(items.filter(enterprise_id=actor.organisation_id))
    elif actor.role in DEPARTMENT_ROLES:
        ways.append(items.filter(lead_id=actor.organisation_id))
    return ways


def _topics(actor: Actor) -> Any:
    return apps.get_model("symposia", "Topic").objects.filter(proposed_for_id=actor.organisation_id)
