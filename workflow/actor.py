"""Who acts: built once per request, frozen, and handed to every move as `by`."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.prepared import Prepared
from parties.deputies import deputy_chains
from parties.models import Membership, Organisation
from parties.roles import ENTERPRISE_ROLES, Role
from workflow.calendar import ZONE

Shape = tuple[str, ...]
SYSTEM: Shape = ()


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
    # Whose post it is, and through whom it came to the person who stands in: users, the holder first. Empty: their own.
    stands_in_for: tuple[int, ...] = ()
    holder: str = field(default="", repr=False)  # the name of whose post it is, for the page head; empty: their own

    @classmethod
    def of(cls, membership: Membership, *, stands_in_for: tuple[int, ...] = ()) -> "Post":
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
            stands_in_for,
            membership.user.name if stands_in_for else "",
        )


# Of membership and organisation what a post says, in the order of its fields, and whose it is.
OF_A_POST = (
    "pk",
    "public_id",
    "role",
    "organisation_id",
    "organisation__kind",
    "organisation__name",
    "organisation__district_id",
    "user_id",
    "user__name",
)
# Every request asks this.
POSTS = Prepared(
    lambda *, user_id, day: Membership.objects.open_to(user_id, day).order_by("pk").values_list(*OF_A_POST),
    user_id=int,
    day=date,
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
    rule: str = ""

    @classmethod
    def system(cls, *, now: datetime, rule: str, request_id: str = "") -> "Actor":
        """The system itself, acting by a named rule."""
        return cls(user_id=None, now=now, channel=Channel.SYSTEM, request_id=request_id, rule=rule)

    @property
    def is_system(self) -> bool:
        return self.user_id is None and self.channel == Channel.SYSTEM

    def in_post(self, post: Post) -> "Actor":
        """The same person at the same moment in another of their posts."""
        return replace(self, post=post)

    @property
    def shape(self) -> Shape | None:
        """What decides in which words is asked what this actor may see, when it is the post they act in alone, whoever
        they are; None when they stand in for somebody, are an official who holds a post in a firm too, or have none."""
        if self.is_system:
            return SYSTEM
        post = self.post
        if post is None or self.user_id is None or post.stands_in_for:
            return None
        in_firm = (held.organisation_kind == Organisation.Kind.ENTERPRISE for held in self.posts)
        if post.role not in ENTERPRISE_ROLES and any(in_firm):
            return None
        return post.role, post.organisation_kind, post.district_code

    @classmethod
    def of_shape(
        cls, shape: Shape, *, user_id: int, membership_id: int, organisation_id: int, now: datetime
    ) -> "Actor":
        """Any actor of this shape, to ask in its words (`foundation.prepared`); nobody acts as this one."""
        if shape == SYSTEM:
            return cls.system(now=now, rule="")
        role, kind, district = shape
        post = Post(membership_id, UUID(int=0), Role(role), organisation_id, kind, "", district)
        return cls(user_id=user_id, now=now, post=post, posts=(post,))

    @property
    def keys(self) -> dict[str, Any]:
        """What differs between actors of one shape: the values in those words."""
        post = self.post
        membership_id, organisation_id = (post.membership_id, post.organisation_id) if post else (None, None)
        return {
            "user_id": self.user_id,
            "membership_id": membership_id,
            "organisation_id": organisation_id,
            "now": self.now,
        }

    @property
    def on_behalf(self) -> tuple[int, ...]:
        """The users for whom this person stands in: the holder of the post first, then those it came through."""
        return self.post.stands_in_for if self.post else ()

    @property
    def person_id(self) -> int | None:
        """Whose acts these count as where a rule asks for one person: the holder of the post, else the actor."""
        return self.on_behalf[0] if self.on_behalf else self.user_id

    @property
    def persons(self) -> frozenset[int]:
        """Whose act this is where a rule asks for two different people: the actor and all they stand in for."""
        return frozenset({*self.on_behalf, *([self.user_id] if self.user_id is not None else [])})

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
            "on_behalf": list(self.on_behalf),  # users, the holder of the post first
            "channel": self.channel.value,
            "request": self.request_id,
        }


def actor_for(
    user_id: int, *, now: datetime, channel: Channel, request_id: str = "", membership_id: int | None = None
) -> Actor:
    """The actor of a signed-in person, in the post they picked or else their first one.

    One statement, and a second for whoever stands in for others. A picked post that has ended is silently replaced by
    the first that is in force; without any the person can do nothing but sign out.
    """
    posts = posts_of(user_id, now.astimezone(ZONE).date())
    post = next((p for p in posts if p.membership_id == membership_id), posts[0] if posts else None)
    return Actor(user_id=user_id, now=now, post=post, posts=posts, channel=channel, request_id=request_id)


def actor_in_post(user_id: int, membership_id: int, now: datetime) -> Actor | None:
    """The actor of whoever asked for something that is done in the background; None when that post has ended."""
    by = actor_for(user_id, now=now, channel=Channel.WEB, membership_id=membership_id)
    return by if by.post is not None and by.post.membership_id == membership_id else None


def posts_of(user_id: int, day: date) -> tuple[Post, ...]:
    """The posts in which this person may act on `day`: their own first, then those they hold for somebody else.

    One statement, and a second for whoever stands in for others.
    """
    own: list[Post] = []
    handed: list[Post] = []
    for key, public_id, role, *organisation, holder_id, holder in POSTS.rows(user_id=user_id, day=day):
        post = Post(key, public_id, Role(role), *organisation, holder="" if holder_id == user_id else holder)
        (own if holder_id == user_id else handed).append(post)
    if not handed:
        return tuple(own)
    chains = deputy_chains([post.membership_id for post in handed], user_id, day)
    through = (replace(post, stands_in_for=chains.get(post.membership_id, ())) for post in handed)
    return (*own, *(post for post in through if post.stands_in_for))
