"""What is talked about: topics put forward and chosen."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.demands.models import Case
from dialogue.symposia.enums import TopicSource, TopicState
from dialogue.symposia.models.meeting import Meeting
from dialogue.symposia.rules.permissions import HOSTS, ORGANISERS, PROPOSERS
from foundation.identifiers import PublicIdField
from parties.models import Department, Enterprise, Organisation
from parties.roles import Role
from workflow.actor import Actor


class TopicQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Of the meetings that the actor may open: at the organising office and the host's all, and for
        who signs the minutes, else their own; and the chosen ones from the notice on, for whoever then sees the
        meeting whole."""
        if actor.is_system:
            return self
        of_it = Meeting.objects.order_by().filter(pk=OuterRef("meeting"))
        whole, seen = Q(Exists(of_it.seen_whole_by(actor))), Q(Exists(of_it.visible_to(actor)))
        office = Q(meeting__office_id=actor.organisation_id) if actor.role in ORGANISERS else Q(pk=None)
        host = (
            Q(meeting__host_org_id=actor.organisation_id) if actor.role in HOSTS | {Role.LEADER_OFFICE} else Q(pk=None)
        )
        if actor.role in HOSTS:
            host |= Q(meeting__signer_id=actor.person_id, meeting__signer_org_id=actor.organisation_id)
        mine = Q(proposed_for_id=actor.organisation_id) if actor.role in PROPOSERS else Q(pk=None)
        told = Q(state=TopicState.CHOSEN, meeting__notified_at__isnull=False)
        return self.filter(whole & (office | host | told) | seen & mine)


class Topic(models.Model):
    """One topic: an open demand, a firm's or department's own words, or what an earlier meeting left unfinished.

    `firm_shown` is how the firm is called in what others than it and the organising office read: its name, or the
    alias of the demand whose firm is hidden. `proposed_for` is the organisation that put it forward.
    """

    public_id = PublicIdField()
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="topics")
    source = models.CharField(_("来源"), max_length=10, choices=TopicSource.choices)
    state = models.CharField(_("状态"), max_length=8, choices=TopicState.choices, default=TopicState.PROPOSED)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="topics")
    carried_from = models.ForeignKey("symposia.ActionItem", on_delete=models.PROTECT, null=True, related_name="carried")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, null=True, related_name="+")
    firm_shown = models.CharField(max_length=120, blank=True)
    lead = models.ForeignKey(
        Department, verbose_name=_("建议牵头部门"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    title = models.CharField(_("议题"), max_length=100)
    text = models.TextField(_("情况说明"), blank=True)
    proposed_for = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    reason = models.CharField(_("选用或不选用的理由"), max_length=300, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    position = models.PositiveSmallIntegerField(null=True)  # of a chosen one on the agenda, from 1

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("议题")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "case"], condition=Q(case__isnull=False), name="topic_case_once"
            ),
            models.UniqueConstraint(
                fields=["meeting", "carried_from"], condition=Q(carried_from__isnull=False), name="item_carried_once"
            ),
            models.UniqueConstraint(
                fields=["meeting", "position"], condition=Q(position__isnull=False), name="topic_place_once"
            ),
            models.CheckConstraint(
                condition=Q(state="PROPOSED", decided_at=None, reason="")
                | (~Q(state="PROPOSED") & Q(decided_at__isnull=False) & ~Q(reason="")),
                name="topic_decided_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="CHOSEN", position__isnull=False) | (~Q(state="CHOSEN") & Q(position=None)),
                name="topic_chosen_has_place",
            ),
            models.CheckConstraint(
                condition=Q(source="CASE", case__isnull=False) | ~Q(source="CASE"), name="topic_of_a_case_names_it"
            ),
        ]
        indexes = [
            models.Index(fields=["meeting", "id"], name="topic_of_meeting"),
            models.Index(fields=["proposed_for", "meeting"], name="topic_of_proposer"),
        ]

    def __str__(self) -> str:
        return self.title
