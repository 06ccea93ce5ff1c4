"""Action items of issued minutes (任务事项), and what their leads report on them."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from cases.demands.models import Case
from dialogue.symposia.models.meeting import Meeting
from dialogue.symposia.models.topics import Topic
from dialogue.symposia.rules.permissions import ORGANISERS, PARTICIPANTS
from foundation.identifiers import PublicIdField
from parties.models import Department, Enterprise
from parties.roles import ENTERPRISE_ROLES
from workflow.actor import Actor


class ActionItemQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """The items of the meetings that the actor sees whole: the call for topics is no way to them."""
        return self.filter(meeting__in=Meeting.objects.seen_whole_by(actor).order_by().values("pk"))

    def listed_for(self, actor: Actor) -> Self:
        """The rows of `visible_to`, for lists from the newest on, of whose many items most are some reader's.

        Asked of each item on the way, which is soon there for an office or a department: put together with their
        meetings first, all of theirs would be sorted for one page. A firm has few, and those are put together.
        """
        if actor.is_system:
            return self
        meetings = Meeting.objects.order_by()
        if actor.role in ENTERPRISE_ROLES:
            return self.filter(meeting__in=meetings.listed_for(actor, whole=True).values("pk"))
        if actor.role not in PARTICIPANTS:
            desk = actor.organisation_id if actor.role in ORGANISERS else None
            return self.filter(meeting__office_id=desk)
        seen = meetings.filter(pk=OuterRef("meeting")).listed_for(actor, whole=True).values("pk")[:1]
        return self.filter(IsNull(Subquery(seen), False))


class ActionItem(models.Model):
    """One thing that issued minutes give to somebody. It holds the key of its one case; how it stands is read there.

    `number` is that of 【任务n】 in the text, by which a correction knows it again; `tied`: the case was open before,
    and the minutes set its date. `removed_in` is the version of the minutes that no longer has it (纪要更正).
    `next_due_at` is the end of the day by which progress is reported; None when nothing is open.
    """

    public_id = PublicIdField()
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()  # among the items of its topic in the version in force, from 1
    words = models.CharField(_("任务事项"), max_length=500)
    lead = models.ForeignKey(Department, verbose_name=_("牵头部门"), on_delete=models.PROTECT, related_name="+")
    others = models.ManyToManyField(Department, verbose_name=_("配合部门"), related_name="+", blank=True)
    person = models.CharField(_("责任人"), max_length=40, blank=True)
    due_on = models.DateField(_("完成期限"))
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="items")
    tied = models.BooleanField(default=False)
    issued_in = models.PositiveSmallIntegerField(default=1)  # the first version of the minutes that has it
    removed_in = models.PositiveSmallIntegerField(null=True)
    next_due_at = models.DateTimeField(null=True)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("任务事项")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="item_number_once"),
            models.UniqueConstraint(fields=["case"], condition=Q(tied=False), name="item_opens_one_case"),
            models.CheckConstraint(
                condition=Q(removed_in=None) | Q(removed_in__gt=models.F("issued_in")), name="item_removed_later"
            ),
        ]
        indexes = [
            models.Index(fields=["meeting", "position"], name="item_of_meeting"),
            models.Index(fields=["case"], name="item_of_case"),
            models.Index(
                fields=["lead", "next_due_at", "id"], condition=Q(next_due_at__isnull=False), name="item_to_report"
            ),
            models.Index(fields=["lead", "-id"], name="item_of_lead"),
            # Whose meetings these are, read from the index alone.
            models.Index(fields=["lead", "meeting"], name="item_lead_meeting"),
            models.Index(fields=["enterprise", "meeting"], name="item_firm_meeting"),
            models.Index(fields=["-id"], condition=Q(removed_in__isnull=False), name="item_removed"),
        ]

    def __str__(self) -> str:
        return self.words


class ItemProgress(models.Model):
    """What the lead reports on an item; `month` is the first day of the month it is for."""

    item = models.ForeignKey(ActionItem, on_delete=models.PROTECT, related_name="progress")
    month = models.DateField()
    text = models.TextField(_("进展"))
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    late = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("任务进展")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="progress_says_something")]
        indexes = [models.Index(fields=["item", "-id"], name="progress_of_item")]
