"""Who is invited, and who was there."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dialogue.symposia.enums import Answer, Capacity, Heard, Part, Presence, SignedBy
from dialogue.symposia.models.meeting import Meeting
from foundation.identifiers import PublicIdField
from parties.models import Organisation


class Participant(models.Model):
    """An organisation that is invited to a meeting, why, and what it answered.

    `next_due_at` is the end of the day by which it answers, then that by which it comments; None when neither waits.
    """

    public_id = PublicIdField()
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="participants")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(_("参会身份"), max_length=10, choices=Part.choices)
    reason = models.CharField(_("列入名单的原因"), max_length=200, blank=True)
    added_at = models.DateTimeField()
    answer = models.CharField(_("回执"), max_length=8, choices=Answer.choices, default=Answer.WAITING)
    answer_note = models.CharField(_("说明"), max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # How the office heard it, when it was the office that wrote it down; empty when they answered themselves.
    heard = models.CharField(_("答复方式"), max_length=6, choices=Heard.choices, blank=True)
    commented_version = models.PositiveSmallIntegerField(default=0)  # the last draft it has commented or agreed to
    next_due_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("受邀单位")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "organisation"], name="participant_once"),
            models.UniqueConstraint(fields=["meeting"], condition=Q(part="HOST"), name="one_host_of_a_meeting"),
            models.CheckConstraint(
                condition=Q(answer="WAITING", answered_at=None) | (~Q(answer="WAITING") & Q(answered_at__isnull=False)),
                name="participant_answered_when",
            ),
            models.CheckConstraint(
                condition=~Q(answer="DECLINES") | ~Q(answer_note=""), name="participant_says_why_not"
            ),
            models.CheckConstraint(
                condition=Q(heard="") | (~Q(answer="WAITING") & Q(heard__in=Heard.values)),
                name="participant_heard_an_answer",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "next_due_at", "id"],
                condition=Q(next_due_at__isnull=False),
                name="participant_waits",
            ),
            models.Index(fields=["organisation", "meeting"], name="participant_of_meetings"),
        ]


class Attendee(models.Model):
    """A person expected at a meeting, or who came; `user` when the person has an account.

    Either of an organisation that takes part, or a guest (列席人员) of one that is outside the directory, known by its
    name alone: a guest has no account, reads nothing, answers nothing, and is recorded by hand.
    """

    public_id = PublicIdField()
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendees")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, null=True, related_name="people")
    organisation_name = models.CharField(_("列席人员的单位"), max_length=60, blank=True)  # of a guest alone
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("姓名"), max_length=40)
    post = models.CharField(_("职务"), max_length=60, blank=True)
    capacity = models.CharField(_("身份"), max_length=8, choices=Capacity.choices, default=Capacity.ATTENDS)
    unexpected = models.BooleanField(_("临时到会"), default=False)  # on no answer: came, or was added, at the meeting
    presence = models.CharField(_("到会情况"), max_length=8, choices=Presence.choices, default=Presence.EXPECTED)
    reason = models.CharField(_("请假原因"), max_length=200, blank=True)  # stands on the 签到表 and nowhere else
    signed_at = models.DateTimeField(_("签到时间"), null=True)
    signed_by = models.CharField(_("签到方式"), max_length=4, choices=SignedBy.choices, blank=True)

    class Meta:
        verbose_name = _("参会人员")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "user"], condition=Q(user__isnull=False), name="attendee_user_once"
            ),
            models.UniqueConstraint(fields=["participant", "name"], name="attendee_name_once"),
            models.UniqueConstraint(
                fields=["meeting", "organisation_name", "name"], condition=Q(participant=None), name="guest_once"
            ),
            models.CheckConstraint(
                condition=Q(participant__isnull=False, organisation_name="")
                | (
                    Q(participant=None, user=None, capacity="OBSERVES")
                    & ~Q(organisation_name="")
                    & ~Q(name="")
                    & ~Q(signed_by="CODE")
                ),
                name="attendee_of_an_organisation_or_guest",
            ),
            models.CheckConstraint(
                condition=Q(presence="PRESENT", signed_at__isnull=False) & ~Q(signed_by="")
                | (~Q(presence="PRESENT") & Q(signed_at=None, signed_by="")),
                name="attendee_signed_when_present",
            ),
            models.CheckConstraint(
                condition=Q(presence="EXCUSED") & ~Q(reason="") | ~Q(presence="EXCUSED") & Q(reason=""),
                name="attendee_excused_with_reason",
            ),
        ]

    @property
    def place(self) -> str:
        """What papers name behind the person: the organisation by its short name, that of a guest as it was written."""
        if self.participant is None:
            return self.organisation_name
        return str(self.participant.organisation.short_name or self.participant.organisation)
