"""The text of the minutes while it is written: sections, every text they ever had, and comments on them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dialogue.symposia.enums import Adoption
from dialogue.symposia.models.meeting import Meeting
from dialogue.symposia.models.people import Participant
from dialogue.symposia.models.topics import Topic
from foundation.identifiers import PublicIdField


class Section(models.Model):
    """One part of the minutes: the opening (`topic` None) or what belongs to a topic, as marked text
    (`dialogue.symposia.markup`). `seq` counts the times it was saved; `window` names the page that saved it last."""

    public_id = PublicIdField()
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="sections")
    topic = models.OneToOneField(Topic, on_delete=models.PROTECT, null=True, related_name="section")
    position = models.PositiveSmallIntegerField()  # 0: the opening
    text = models.TextField(blank=True)
    seq = models.PositiveIntegerField(default=0)
    window = models.CharField(max_length=40, blank=True)
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("纪要段落")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="section_place_once"),
            models.CheckConstraint(
                condition=Q(topic=None, position=0) | Q(topic__isnull=False, position__gte=1),
                name="section_opening_first",
            ),
        ]


class Revision(models.Model):
    """A text that a section once had; `merged` when two people's texts were put together."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="revisions")
    seq = models.PositiveIntegerField()
    version = models.PositiveSmallIntegerField()  # of the minutes that were being written
    text = models.TextField(blank=True)
    window = models.CharField(max_length=40, blank=True)
    merged = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("纪要修改记录")
        constraints = [models.UniqueConstraint(fields=["section", "seq"], name="revision_once")]


class Comment(models.Model):
    """What an organisation that was present says of a draft; `text` "" says that it has nothing against it."""

    public_id = PublicIdField()
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="comments")
    version = models.PositiveSmallIntegerField()
    section = models.ForeignKey(Section, on_delete=models.CASCADE, null=True, related_name="comments")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="comments")
    text = models.TextField(_("意见"), blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    adoption = models.CharField(_("采纳情况"), max_length=11, choices=Adoption.choices, default=Adoption.WAITING)
    answer = models.CharField(_("答复"), max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("纪要意见")
        constraints = [
            models.CheckConstraint(
                condition=Q(adoption="WAITING", answered_at=None)
                | (~Q(adoption="WAITING") & Q(answered_at__isnull=False)),
                name="comment_answered_when",
            ),
            models.CheckConstraint(
                condition=~Q(adoption="NOT_ADOPTED") | ~Q(answer=""), name="comment_not_adopted_says_why"
            ),
        ]
        indexes = [models.Index(fields=["meeting", "version", "id"], name="comment_of_meeting")]
