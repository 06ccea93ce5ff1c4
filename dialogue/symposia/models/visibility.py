"""Who sees a meeting: one table, read by the queryset here and by its inverse in queries/people.py."""

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from dialogue.symposia.enums import AFTER_MEETING, MeetingState, Part
from dialogue.symposia.rules.permissions import HOSTS, ORGANISERS, PARTICIPANTS, PROPOSERS
from parties.models import District
from workflow.actor import Actor

# From when on an organisation that takes part sees the meeting whole; a cancelled one when its notice had gone out.
TOLD = (MeetingState.NOTIFIED, MeetingState.CANCELLED, *AFTER_MEETING)


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

    def _whole(self, actor: Actor) -> Q:
        mine = Q(pk=None)
        if actor.role in ORGANISERS:
            mine |= Q(office_id=actor.organisation_id)
        if actor.role in PARTICIPANTS:
            mine |= self.took_part(actor)
        if actor.role in HOSTS:
            mine |= Q(signer_id=actor.person_id, signer_org_id=actor.organisation_id)
        return mine

    @staticmethod
    def _called(actor: Actor) -> Q:
        """For firms and departments of the district (of a city meeting: of all) those for which topics are being
        collected; and those for which they put a topic forward, whatever became of it."""
        if actor.post is None or actor.role not in PROPOSERS:
            return Q(pk=None)
        topics = apps.get_model("symposia", "Topic").objects
        here = Q(district_id=actor.post.district_code) | Q(district__level=District.Level.CITY)
        theirs = Exists(topics.filter(meeting=OuterRef("pk"), proposed_for_id=actor.organisation_id))
        return Q(here, state=MeetingState.COLLECTING) | (~Q(state=MeetingState.PLANNED) & Q(theirs))

    @staticmethod
    def took_part(actor: Actor) -> Q:
        """Where the actor's organisation is invited, or has to do with an item; the host sees it from the beginning."""
        participants = apps.get_model("symposia", "Participant").objects
        items = apps.get_model("symposia", "ActionItem").objects
        invited = participants.filter(meeting=OuterRef("pk"), organisation_id=actor.organisation_id)
        concerned = items.filter(
            Q(lead_id=actor.organisation_id)
            | Q(others__id=actor.organisation_id)
            | Q(enterprise_id=actor.organisation_id),
            meeting=OuterRef("pk"),
        )
        told = Q(state__in=TOLD, notified_at__isnull=False) & (Q(Exists(invited)) | Q(Exists(concerned)))
        return told | Q(Exists(invited.filter(part=Part.HOST)))
