"""What people are told inside the product, and the words in which it is said."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.identifiers import PublicIdField

if TYPE_CHECKING:
    from workflow.actor import Actor


# Kind of subject → the keys of those that are kept from an actor; filled through workflow.registry.
KEPT_FROM: dict[str, Callable[["Actor"], Any]] = {}


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, actor: "Actor") -> Self:
        """This person's own, of the posts they hold now, and the holder's of posts they stand in; a program sees those
        of its one post.

        Of a subject that is kept from them in the post they act in they are as if they had never been told; and those
        of a holder as if they were not, when it is kept from anybody they stand in for.
        """
        one = (actor.post,) if actor.post else ()
        posts = one if actor.channel == "API" else actor.posts
        own = [post.membership_id for post in posts if not post.stands_in_for]
        handed = [post for post in posts if post.stands_in_for]
        theirs = Q(user_id=actor.user_id, membership_id__in=own)
        for post in handed:
            theirs |= Q(user_id=post.stands_in_for[0], membership_id=post.membership_id)
        mine = self.filter(theirs)
        for kind, kept in KEPT_FROM.items():
            mine = mine.exclude(subject_kind=kind, subject_id__in=kept(actor))
            for post in handed:
                there = kept(actor.in_post(post))
                mine = mine.exclude(membership_id=post.membership_id, subject_kind=kind, subject_id__in=there)
        return mine

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notice(models.Model):
    """One person has been told one thing, once: `key` is that of the announcement.

    It carries the number, the kind, the due date and the way to the subject; never its title, its content or a firm's
    name, for a notice outlives the right to see the subject.
    """

    public_id = PublicIdField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    membership = models.ForeignKey("parties.Membership", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)
    subject_kind = models.CharField(max_length=32)
    subject_id = models.BigIntegerField()
    number = models.CharField(max_length=20)
    words = models.CharField(max_length=200)
    due_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["user", "-id"], name="notice_of_user"),
            models.Index(fields=["user", "-id"], condition=Q(read_at=None), name="notice_unread"),
        ]


class TemplateChannel(models.TextChoices):
    NOTICE = "notice", _("站内通知")
    MAIL = "mail", _("邮件")


class MessageTemplate(models.Model):
    """One version of the words of one kind of message on one channel; without an active one the shipped words hold."""

    kind = models.CharField(max_length=30)
    channel = models.CharField(max_length=6, choices=TemplateChannel.choices)
    version = models.PositiveIntegerField()
    subject = models.CharField(_("标题"), max_length=120)
    body = models.TextField(_("正文"), blank=True)
    active = models.BooleanField(default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "channel", "version"], name="template_version_once"),
            models.UniqueConstraint(
                fields=["kind", "channel"], condition=Q(active=True), name="one_active_template_of_a_kind"
            ),
        ]
