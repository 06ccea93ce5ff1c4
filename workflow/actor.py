"""Who acts: built once per request, frozen, and handed to every move as `by`."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from parties.models import Membership
from parties.roles import Role
from workflow.calendar import ZONE


class Channel(TextChoices):
    WEB = "WEB", _("网页")
    API = "API", _("接口")
    COMMAND = "COMMAND", _("命令")
    SYSTEM = "SYSTEM", _("系统")


@dataclass(frozen=True)
class Post:
    """One membership in force: a role in an organisation."""

    membership_id: int
    public_id: UUID
    role: Role
    organisation_id: int
    organisation_kind: str
    organisation_name: str
    district_code: str

    @classmethod
    def of(cls, membership: Membership) -> "Post":
        """The post a membership gives; its organisation must already be loaded."""
        organisation = membership.organisation
        return cls(
            membership.pk,
            membership.public_id,
            Role(membership.role),
            organisation.pk,
            organisation.kind,
            organisation.name,
            organisation.district_id,
        )


@dataclass(frozen=True)
class Actor:
    """A person in one post, or the system; with the channel, the request and the time of the act.

    `now` is the only clock that domain code reads. `rule` names the rule by which the system acts.
    """

    user_id: int | None
    now: datetime
    post: Post | None = None
    posts: tuple[Post, ...] = field(default=(), repr=False)
    channel: Channel = Channel.WEB
    request_id: str = ""
    on_behalf: tuple[str, ...] = ()
    rule: str = ""

    @classmethod
    def system(cls, *, now: datetime, rule: str, request_id: str = "") -> "Actor":
        """The system itself, acting by a named rule."""
        return cls(user_id=None, now=now, channel=Channel.SYSTEM, request_id=request_id, rule=rule)

    @property
    def is_system(self) -> bool:
        return self.user_id is None and self.channel == Channel.SYSTEM

    @property
    def role(self) -> Role | None:
        return self.post.role if self.post else None

    @property
    def organisation_id(self) -> int | None:
        return self.post.organisation_id if self.post else None

    def as_record(self) -> dict[str, Any]:
        """What the ledger keeps of this actor: role and organisation as text at that time, never a person's name."""
        return {
            "user_id": self.user_id,
            "role": self.role.value if self.role else "SYSTEM",
            "role_text": str(self.role.label) if self.role else "系统",
            "organisation_id": self.organisation_id,
            "organisation": self.post.organisation_name if self.post else self.rule,
            "on_behalf": list(self.on_behalf),
            "channel": self.channel.value,
            "request": self.request_id,
        }


def actor_for(
    user_id: int, *, now: datetime, channel: Channel, request_id: str = "", membership_id: int | None = None
) -> Actor:
    """The actor of a signed-in person, in the post they picked or else their first one; one statement.

    A picked post that has ended is silently replaced by the first that is in force; without any the person can do
    nothing but sign out.
    """
    memberships = (
        Membership.objects.in_force(now.astimezone(ZONE).date())
        .filter(user_id=user_id)
        .select_related("organisation")
        .order_by("pk")
    )
    posts = tuple(Post.of(m) for m in memberships)
    post = next((p for p in posts if p.membership_id == membership_id), posts[0] if posts else None)
    return Actor(user_id=user_id, now=now, post=post, posts=posts, channel=channel, request_id=request_id)
