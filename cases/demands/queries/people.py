"""Who sees a demand, who may have it, and what the duty list says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.demands.enums import CaseState
from cases.demands.models import Case, CaseAccess, DutyItem
from cases.demands.models.visibility import (
    DRAFT_OF,
    GRANTED_IN_PERSON,
    GRANTED_TO,
    SEEN_BY,
    SEEN_TO_DECIDE,
    SEEN_WHEN_ASKED,
    SUPERVISES,
)
from cases.demands.rules import STANDS_IN
from foundation.prepared import Prepared
from parties.deputies import standing_in
from parties.models import Department, Deputy, Enterprise, Membership, MembershipQuerySet, User
from parties.roles import ENTERPRISE_ROLES, Role
from workflow.calendar import ZONE
from workflow.models import Proposal


def viewers_of(case: Case, *, now: datetime) -> QuerySet[Membership]:
    """The memberships in force whose holders may open this case whole: the inverse of `Case.objects.visible_to`.

    One statement when evaluated. Both read SEEN_BY, SUPERVISES and CaseAccess; a test compares them for every
    membership and case.
    """
    return but_kept_out(posts_in_force(now), case.pk, now=now).filter(_at(_seeing(case, LiveAccess.asked(case, now))))


@dataclass(frozen=True)
class LiveAccess:
    """Whom the live rows of CaseAccess of one case concern: their keys, or what looks them up in the same statement."""

    organisations: Any  # that see it whole
    persons: Any  # who do
    sharing: Any  # organisations that see task and text
    former: Any  # that see it up to the end of their segment
    denied: Any  # persons who are to keep out

    @classmethod
    def asked(cls, case: Case, now: datetime) -> "LiveAccess":
        """As the database has them when it answers."""
        live = case.access.live(now)
        return cls(
            organisations=live.allowing().filter(user=None).values("organisation_id"),
            persons=live.allowing().filter(organisation=None).values("user_id"),
            sharing=live.sharing().values("organisation_id"),
            former=live.former().values("organisation_id"),
            denied=live.denying().values("user_id"),
        )

    @classmethod
    def loaded(cls, rows: Iterable[CaseAccess]) -> "LiveAccess":
        """By the rows of `case.access.live`, for whoever has loaded them: a statement without a question inside it."""
        rows = list(rows)
        whole = [row for row in rows if row.opens_whole]
        return cls(
            organisations=[row.organisation_id for row in whole if row.organisation_id],
            persons=[row.user_id for row in whole if row.user_id],
            sharing=[row.organisation_id for row in rows if row.is_shared],
            former=[row.organisation_id for row in rows if row.until_seq is not None],
            denied=[row.user_id for row in rows if row.effect == CaseAccess.Effect.DENY],
        )


# Whose posts let them see something: a column of the post, its values (or what looks them up), the roles.
Seats = list[tuple[str, Any, frozenset[Role]]]


def _seeing(case: Case, access: LiveAccess) -> Seats:
    """By which posts the case is seen whole."""
    seats: Seats = []
    for column in sorted(set(SEEN_BY.values())):
        organisation = getattr(case, column)
        if organisation is None or (case.state == CaseState.DRAFT and DRAFT_OF[case.origin] != column):
            continue
        seats.append((PLACE, [organisation], frozenset(role for role, other in SEEN_BY.items() if other == column)))
    if case.is_an_item and case.state != CaseState.DRAFT:
        seats += [(PLACE, [getattr(case, column)], frozenset({role})) for role, column in SUPERVISES.items()]
    for role, (column, moves) in SEEN_TO_DECIDE.items():
        if case.pending_proposal in moves:
            seats.append((PLACE, [getattr(case, column)], frozenset({role})))
    if case.pending_proposal in SEEN_WHEN_ASKED:
        asked = Proposal.objects.of(case).pending().values_list("decider_id", flat=True)
        seats.append((PLACE, asked, SEEN_WHEN_ASKED[case.pending_proposal]))
    if case.state != CaseState.DRAFT:
        seats += [(PLACE, access.organisations, GRANTED_TO), (PERSON, access.persons, GRANTED_IN_PERSON)]
    return seats


def _at(seats: Seats) -> Q:
    """The memberships at these seats."""
    found = Q(pk=None)
    for column, values, roles in seats:
        found |= Q(**{f"{column}__in": values, "role__in": roles})
    return found


PLACE, PERSON = "organisation_id", "user_id"


@dataclass(frozen=True)
class StandIn:
    """Somebody who stands in for the holder of a post: who, and the users it came through, the holder first."""

    user_id: int
    name: str
    chain: tuple[int, ...]


def deputies_seeing(
    case: Case, *, now: datetime, posts: QuerySet[Membership] | None = None
) -> dict[int, list[StandIn]]:
    """By post: who may open this case whole in the stead of its holder. With `viewers_of` the inverse of `visible_to`.

    Not whoever is to keep out of it, nor anybody whose chain goes through one. One statement, and one more when
    somebody stands in. `posts` are others than those who see the case whole.
    """
    posts = viewers_of(case, now=now) if posts is None else posts
    chains = standing_in(posts.values("pk"), now.astimezone(ZONE).date())
    if not chains:
        return {}
    concerned = {user for found in chains.values() for deputy, chain in found.items() for user in (deputy, *chain)}
    out = Q(pk__in=_denied(case.pk, now)) | Q(pk__in=_of_the_firm(case.pk, now))
    people = User.objects.filter(pk__in=concerned).exclude(out)
    names = dict(people.values_list("pk", "name"))
    free = {
        post: [StandIn(user, names[user], chain) for user, chain in found.items() if {user, *chain} <= names.keys()]
        for post, found in chains.items()
    }
    return {post: found for post, found in free.items() if found}


def former_viewers_of(case: Case, *, now: datetime) -> QuerySet[Membership]:
    """The memberships in force whose holders see the case up to the end of their segment: the inverse of `left_by`."""
    posts = but_kept_out(posts_in_force(now), case.pk, now=now).filter(_at(_former(LiveAccess.asked(case, now))))
    return posts.exclude(pk__in=viewers_of(case, now=now).values("pk"))


def _former(access: LiveAccess) -> Seats:
    return [(PLACE, access.former, GRANTED_TO)]


def co_handlers_of(case: Case, *, now: datetime) -> QuerySet[Membership]:
    """The memberships in force whose holders see task and text alone: the inverse of `shared_with`."""
    posts = but_kept_out(posts_in_force(now), case.pk, now=now).filter(_at(_sharing(case, LiveAccess.asked(case, now))))
    return posts.exclude(pk__in=viewers_of(case, now=now).values("pk"))


def _sharing(case: Case, access: LiveAccess) -> Seats:
    return [] if case.state == CaseState.DRAFT else [(PLACE, access.sharing, GRANTED_TO)]


def _anything(case: Case, access: LiveAccess) -> Seats:
    return [*_seeing(case, access), *_sharing(case, access), *_former(access)]


def all_viewers_of(case: Case, *, now: datetime) -> QuerySet[Membership]:
    """The memberships in force whose holders see anything of this case: whole, a segment, or task and text."""
    seats = _anything(case, LiveAccess.asked(case, now))
    return but_kept_out(posts_in_force(now), case.pk, now=now).filter(_at(seats))


class Post(NamedTuple):
    """A membership, as far as the panel 谁能看到 needs it; `handed`: somebody may stand in for its holder."""

    pk: int
    organisation_id: int
    organisation: str
    role: str
    user_id: int
    handed: bool


def posts_seeing(case: Case, rows: Iterable[CaseAccess], *, now: datetime) -> list[Post]:
    """The posts of `all_viewers_of`, for whoever has loaded `rows`, those of `case.access.live(now)`.

    All posts of the few organisations concerned are read and those at a seat are picked out here: the conditions in one
    statement cost several times as much to write as the posts to read. One statement, and one more while a proposal
    waits for another organisation.
    """
    access, day = LiveAccess.loaded(rows), now.astimezone(ZONE).date()
    seats = [(column, set(values), roles) for column, values, roles in _anything(case, access)]
    places = {case.enterprise_id}.union(*(values for column, values, _roles in seats if column == PLACE))
    at = Q(organisation_id__in=places - {None})
    if access.persons:
        at |= Q(user_id__in=access.persons)
    # Whether such a row holds at all, and for whom, is asked only where there is one.
    handed = Deputy.objects.filter(membership=OuterRef("pk"), valid_from__lte=day, valid_to__gte=day, ended_at=None)
    found = posts_in_force(now).filter(at).annotate(handed=Exists(handed))
    columns = ("pk", "organisation_id", "organisation__name", "role", "user_id", "handed")
    posts = [Post(*row) for row in found.values_list(*columns)]
    of_the_firm = {post.user_id for post in posts if post.organisation_id == case.enterprise_id}
    return [
        post
        for post in posts
        if post.user_id not in access.denied
        and (post.role in ENTERPRISE_ROLES or post.user_id not in of_the_firm)
        and any(post.role in roles and getattr(post, column) in values for column, values, roles in seats)
    ]


def posts_in_force(now: datetime) -> MembershipQuerySet:
    return Membership.objects.in_force(now.astimezone(ZONE).date())


def but_kept_out(posts: MembershipQuerySet, case_id: int, *, now: datetime) -> MembershipQuerySet:
    """Without those who are to keep out of this case: by name, or because they hold a post in its firm (回避)."""
    officials = Q(user_id__in=_of_the_firm(case_id, now)) & ~Q(role__in=ENTERPRISE_ROLES)
    return posts.exclude(user_id__in=_denied(case_id, now)).exclude(officials)


def _denied(case_id: int, now: datetime) -> QuerySet[Any, Any]:
    return CaseAccess.objects.live(now).denying().filter(case_id=case_id).values("user_id")


def _of_the_firm(case_id: int, now: datetime) -> QuerySet[Any, Any]:
    firm = Case.objects.filter(pk=case_id).values("enterprise_id")
    return posts_in_force(now).filter(organisation_id__in=firm).values("user_id")


def stand_in(case_id: int, *, now: datetime, of: int | None = None) -> Membership | None:
    """The member of the lead department (or of the one with the key `of`) who stands in as handler; None when it has
    nobody in office."""
    lead = [of] if of else Case.objects.filter(pk=case_id).values("lead_id")
    posts = (
        but_kept_out(posts_in_force(now), case_id, now=now)
        .filter(organisation_id__in=lead, role__in=STANDS_IN)
        .select_related("user")
        .order_by("pk")
    )
    return min(posts, key=lambda post: (STANDS_IN.index(Role(post.role)), post.pk), default=None)


def duty_items(category_code: str | None = None) -> QuerySet[DutyItem]:
    """The duty list in force, with owners; two statements when evaluated."""
    items = DutyItem.objects.filter(active=True).prefetch_related("owners").select_related("category")
    return items.filter(category_id=category_code) if category_code else items


def is_in_office(case: Case, post: Membership) -> bool:
    """Whether this post is the one in which the present handler has the demand."""
    in_charge = case.stand_in or Role.HANDLER
    return post.user_id == case.handler_id and post.organisation_id == case.lead_id and post.role == in_charge


def unowned(now: datetime, *, lead: int | None = None) -> QuerySet[Case]:
    """The open demands whose handler holds no post in the lead any more; of one department or all."""
    posts = posts_in_force(now).filter(user_id=OuterRef("handler_id"), organisation_id=OuterRef("lead_id"))
    named = Q(stand_in="") & ~Exists(posts.filter(role=Role.HANDLER))
    stood_in = ~Q(stand_in="") & ~Exists(posts.filter(role=OuterRef("stand_in")))
    found = Case.objects.open().filter(named | stood_in, handler__isnull=False)
    return found.filter(lead_id=lead) if lead else found


def without_handler(now: datetime, *, batch: int = 200) -> Iterator[int]:
    """The keys of the unowned demands, ascending; constant memory."""
    last = 0
    while True:
        rows = list(unowned(now).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:batch])
        yield from rows
        if len(rows) < batch:
            return
        last = rows[-1]


def handlers(case: Case, *, now: datetime) -> QuerySet[Membership]:
    """The handlers of the lead department who hold the post today and need not keep out of the case."""
    return (
        but_kept_out(posts_in_force(now), case.pk, now=now)
        .filter(organisation_id=case.lead_id, role=Role.HANDLER)
        .select_related("user")
        .order_by("user__name")
    )


def has_fresh_handlers(case: Case, *, now: datetime) -> bool:
    """Whether the lead department has a handler who had the demand in no earlier round."""
    return handlers(case, now=now).exclude(user_id__in=case.former_handlers).exists()


def fresh_handlers(case: Case, *, now: datetime) -> QuerySet[Membership]:
    """The handlers who may be named: those of no earlier round, or all of them where there are no others (move 27)."""
    found = handlers(case, now=now)
    others = found.exclude(user_id__in=case.former_handlers)
    return others if case.former_handlers and others.exists() else found


def enterprises_like(words: str, *, limit: int = 20) -> Iterable[Enterprise]:
    """At most `limit` enterprises whose name contains the words or whose credit code starts with them."""
    words = words.strip()
    if len(words) < 2:
        return []
    found = Enterprise.objects.filter(active=True).select_related("district")
    return list(
        found.filter(Q(name__icontains=words) | Q(credit_code__startswith=words.upper())).order_by("name")[:limit]
    )


def active_departments() -> QuerySet[Department]:
    return Department.objects.filter(active=True).order_by("code")


def must_keep_out(case_id: int, user_id: int, *, now: datetime) -> bool:
    """Whether this person is to keep out of the case, whatever their post; one statement."""
    return not _NOT_KEPT_OUT.rows(case_id=case_id, user_id=user_id, now=now)


def _not_kept_out(*, case_id: int, user_id: int, now: datetime) -> QuerySet[Membership, tuple[int]]:
    posts = posts_in_force(now).filter(user_id=user_id).exclude(role__in=ENTERPRISE_ROLES)
    return but_kept_out(posts, case_id, now=now).values_list("pk")[:1]


_NOT_KEPT_OUT = Prepared(
    _not_kept_out, case_id=int, user_id=int, now=datetime, day=lambda values: values["now"].astimezone(ZONE).date()
)


SIGNERS = frozenset({Role.DEPUTY_HEAD, Role.DEPARTMENT_SECRETARY})


def signing_roles(case_id: int, *, now: datetime, also: int | None = None) -> set[str]:
    """The roles of the lead department in which somebody could sign a result now; its handler does not count.

    `also` is the key of a person who counts although they are kept out as yet.
    """
    case = Case.objects.filter(pk=case_id)
    free = but_kept_out(posts_in_force(now), case_id, now=now).values("pk")
    posts = posts_in_force(now).filter(Q(pk__in=free) | Q(user_id=also))
    posts = posts.filter(organisation_id__in=case.values("lead_id"), role__in=SIGNERS)
    handlers = case.filter(handler__isnull=False).values("handler_id")
    return set(posts.exclude(user_id__in=handlers).values_list("role", flat=True))
