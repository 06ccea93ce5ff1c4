"""Who stands in for whom: chains of deputies, and the named functions that open and end them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from foundation.errors import NotYours, Refused, WrongMoment
from parties.by import By, today
from parties.models import Deputy, Membership, User
from parties.roles import ADMIN_ROLES, ENTERPRISE_ROLES, Role

LONGEST_CHAIN = 3  # A → B → C → D; further nobody can say who is responsible
LONGEST = 60  # days of one absence, both ends included
SHORTEST_REASON, LONGEST_REASON = 2, Deputy._meta.get_field("reason").max_length or 0
# A firm names its people itself, an agent's mandate is personal, and 三员 must not meet in one person.
WITHOUT_DEPUTY = ENTERPRISE_ROLES | ADMIN_ROLES | {Role.AGENT, Role.RESIDENT_LIAISON}
# Two posts of one organisation that check each other: who holds one does not stand in for the other.
CHECK_EACH_OTHER = (
    (Role.HANDLER, Role.DEPUTY_HEAD),
    (Role.HANDLER, Role.DEPARTMENT_SECRETARY),
    (Role.DEPARTMENT_LIAISON, Role.DEPARTMENT_HEAD),
    (Role.DISPATCHER, Role.ARBITRATOR),
)


def deputy_chains(membership_ids: Iterable[int], user_id: int, day: date) -> dict[int, tuple[int, ...]]:
    """For each of these posts that reaches this person on `day`: the users it came through, the holder first.

    One statement. A chain is whole or it is none: when B no longer stands in for A, C does not either.
    """
    rows = (
        Deputy.objects.in_force(day)
        .filter(membership_id__in=list(membership_ids))
        .order_by("valid_from", "pk")
        .values_list("membership_id", "membership__user_id", "principal_id", "deputy_id")
    )
    holders: dict[int, int] = {}
    steps: dict[int, dict[int, int]] = {}
    for membership_id, holder_id, principal_id, deputy_id in rows:
        holders[membership_id] = holder_id
        steps.setdefault(membership_id, {})[principal_id] = deputy_id  # of two rows the later one holds
    found = {m: chain_to(user_id, holder, steps[m]) for m, holder in holders.items()}
    return {m: chain for m, chain in found.items() if chain}


def standing_in(
    membership_ids: Iterable[int] | QuerySet[Membership], day: date
) -> dict[int, dict[int, tuple[int, ...]]]:
    """For each of these posts: everybody who stands in on `day`, each with the users it came through, the holder first.

    The inverse of `deputy_chains`; one statement. Posts that nobody stands in for are left out.
    """
    rows = Deputy.objects.in_force(day).filter(membership_id__in=membership_ids).order_by("valid_from", "pk")
    holders: dict[int, int] = {}
    steps: dict[int, dict[int, int]] = {}
    for m, holder, principal, deputy in rows.values_list(
        "membership_id", "membership__user_id", "principal_id", "deputy_id"
    ):
        holders[m] = holder
        steps.setdefault(m, {})[principal] = deputy
    found = {m: {u: chain_to(u, holder, steps[m]) for u in steps[m].values()} for m, holder in holders.items()}
    reached = {m: {u: chain for u, chain in chains.items() if chain} for m, chains in found.items()}
    return {m: chains for m, chains in reached.items() if chains}


def chain_to(user_id: int, holder_id: int, steps: Mapping[int, int]) -> tuple[int, ...]:
    """The users from the holder up to whom `user_id` stands in for; empty when the chain does not reach them.

    `steps` says for each who hands over to whom. A ring of deputies reaches nobody twice.
    """
    chain: list[int] = []
    here = holder_id
    while here in steps and here not in chain and len(chain) < LONGEST_CHAIN:
        chain.append(here)
        here = steps[here]
        if here == user_id:
            return tuple(chain)
    return ()


def name_deputy(
    membership: Membership, *, by: By, deputy: User, valid_from: date, valid_to: date, reason: str
) -> Deputy:
    """This person acts in that post from one day to another (both included), in the holder's stead.

    Named by the holder; by whoever stands in for the holder now and goes away too (then it is a further link of the
    chain); or by the system administrator for a holder who cannot. Raises NotYours, Refused beside `deputy`,
    `valid_from`, `valid_to`, `reason` or "".
    """
    with transaction.atomic():
        post = Membership.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=membership.pk)
        principal_id = _principal(post, by)
        if post.role in WITHOUT_DEPUTY:
            raise Refused("", _("这个岗位不能由他人代理"))
        _check_span(post, valid_from, valid_to, reason, by)
        _check_deputy(post, principal_id, deputy, valid_from, valid_to)
        rows = list(_overlapping(post, valid_from, valid_to))
        _check_chain(post, principal_id, deputy.pk, rows, valid_from, valid_to)
        return Deputy.objects.create(
            membership=post,
            principal_id=principal_id,
            deputy=deputy,
            valid_from=valid_from,
            valid_to=valid_to,
            reason=reason.strip(),
            named_by_id=by.user_id,
            named_at=by.now,
        )


def end_deputy(row: Deputy, *, by: By) -> Deputy:
    """The deputy acts no more, from this moment on. By whoever is concerned, or the system administrator.

    Raises NotYours, WrongMoment when it has ended already.
    """
    with transaction.atomic():
        held = Deputy.objects.select_for_update(of=("self",)).select_related("membership").get(pk=row.pk)
        concerned = {held.principal_id, held.deputy_id, held.membership.user_id, held.named_by_id}
        if not (by.is_system or by.role == Role.SYSTEM_ADMIN or by.user_id in concerned):
            raise NotYours(_("只有本人、代理人和系统管理员可以结束代理"))
        if held.ended_at is not None or held.valid_to < today(by):
            raise WrongMoment(_("这项代理已经结束"))
        held.ended_at = by.now
        held.save(update_fields=["ended_at"])
    return held


def hold_no_longer(post: Membership, *, after: date, by: By) -> None:
    """What hung on a post that ends: nobody stands in there beyond its last day, nor does its holder elsewhere in the
    organisation unless another post keeps them there. The caller holds the lock on the holder's row."""
    stays = Membership.objects.in_force(after + timedelta(days=1)).filter(
        user_id=post.user_id, organisation_id=post.organisation_id
    )
    hang = Q(membership=post)
    if not stays.exclude(pk=post.pk).exists():
        hang |= Q(Q(deputy_id=post.user_id) | Q(principal_id=post.user_id), membership__organisation=post.organisation)
    for row in Deputy.objects.filter(hang, ended_at=None, valid_to__gt=after).select_for_update(of=("self",)):
        if row.valid_from > after:
            row.ended_at = by.now
        else:
            row.valid_to = after
        row.save(update_fields=["valid_to", "ended_at"])


def refuse_administrators(post: Membership) -> None:
    """An administrator stands in for nobody while they are one: they would see what they must not. Raises Refused."""
    if post.role not in ADMIN_ROLES:
        return
    held = Deputy.objects.filter(deputy_id=post.user_id, ended_at=None, valid_to__gte=post.valid_from)
    if post.valid_to is not None:
        held = held.filter(valid_from__lte=post.valid_to)
    if held.exists():
        raise Refused("role", _("这个人正在代理他人的岗位，请先结束代理"))


def _principal(post: Membership, by: By) -> int:
    """Who hands over: the holder, or who stands in for the holder today."""
    if by.user_id == post.user_id:
        return post.user_id
    if by.user_id is not None and deputy_chains([post.pk], by.user_id, today(by)):
        return by.user_id
    if by.role == Role.SYSTEM_ADMIN:
        return post.user_id
    raise NotYours(_("只有任职者本人、正在代理的人和系统管理员可以指定代理人"))


def _check_span(post: Membership, valid_from: date, valid_to: date, reason: str, by: By) -> None:
    if valid_from < today(by):
        raise Refused("valid_from", _("开始日期不能早于今天"))
    if valid_to < valid_from:
        raise Refused("valid_to", _("结束日期不能早于开始日期"))
    if (valid_to - valid_from).days >= LONGEST:
        raise Refused("valid_to", _("一次代理最长 %(n)s 天") % {"n": LONGEST})
    if valid_from < post.valid_from or (post.valid_to is not None and valid_to > post.valid_to):
        raise Refused("valid_to", _("代理日期超出了任职日期"))
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise Refused("reason", _("请用 %(least)s 至 %(most)s 个字写明事由") % {"least": 2, "most": LONGEST_REASON})


def _check_deputy(post: Membership, principal_id: int, deputy: User, valid_from: date, valid_to: date) -> None:
    """A colleague through all these days, no administrator, and nobody who checks what the post does."""
    if deputy.pk in (post.user_id, principal_id):
        raise Refused("deputy", _("代理人须是另一个人"))
    User.objects.select_for_update(of=("self",)).only("pk").get(pk=deputy.pk)  # their posts stay as they are meanwhile
    held = Membership.objects.filter(user_id=deputy.pk, user__is_active=True, valid_from__lte=valid_to)
    rows = list(held.filter(Q(valid_to=None) | Q(valid_to__gte=valid_from)))
    here = [row for row in rows if row.organisation_id == post.organisation_id]
    if not any(row.valid_from <= valid_from and (row.valid_to is None or row.valid_to >= valid_to) for row in here):
        raise Refused("deputy", _("代理人须是同一单位的人，并且在这些日期里都在任"))
    if any(row.role in ADMIN_ROLES for row in rows):
        raise Refused("deputy", _("三员不能代理其他岗位"))
    for pair in CHECK_EACH_OTHER:
        if post.role in pair and any(row.role in pair and row.role != post.role for row in here):
            raise Refused("deputy", _("这个人的岗位与被代理的岗位互相制约，不能代理"))


def _overlapping(post: Membership, valid_from: date, valid_to: date) -> Iterator[Deputy]:
    yield from Deputy.objects.filter(
        membership=post, ended_at=None, valid_from__lte=valid_to, valid_to__gte=valid_from
    ).order_by("pk")


def _check_chain(
    post: Membership, principal_id: int, deputy_id: int, rows: list[Deputy], valid_from: date, valid_to: date
) -> None:
    """One deputy at a time, no ring, no chain too long, and no link without the one before it.

    All rows of these days are looked at together, even if they never hold on the same day.
    """
    if any(row.principal_id == principal_id for row in rows):
        raise Refused("valid_from", _("这些日期里已经有代理人，请先结束原来的代理"))
    if principal_id != post.user_id and not any(
        row.deputy_id == principal_id and row.valid_from <= valid_from and row.valid_to >= valid_to for row in rows
    ):
        raise Refused("valid_to", _("超出了您自己代理的日期"))
    before = {row.deputy_id: row.principal_id for row in rows}
    after = {row.principal_id: row.deputy_id for row in rows}
    chain = [principal_id]
    while chain[0] in before and before[chain[0]] not in chain:
        chain.insert(0, before[chain[0]])
    chain.append(deputy_id)
    while chain[-1] in after and after[chain[-1]] not in chain:
        chain.append(after[chain[-1]])
    if deputy_id in chain[: chain.index(principal_id) + 1] or deputy_id in before:
        raise Refused("deputy", _("这个人已经在这条代理链上，不能循环代理"))
    if len(chain) - 1 > LONGEST_CHAIN:
        raise Refused("deputy", _("代理最多逐级 %(n)s 次") % {"n": LONGEST_CHAIN})
