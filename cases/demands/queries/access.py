"""Who sees a demand and by what, and who is to keep out of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.demands.identity import knows_firm, organisation_words
from cases.demands.models import Case, CaseAccess
from cases.demands.queries.history import bodies_of
from cases.demands.queries.people import all_viewers_of, deputies_seeing, posts_in_force, posts_seeing
from parties.models import Membership
from parties.roles import ENTERPRISE_ROLES, OFFICE_ROLES, Role
from workflow.actor import Actor

Source = CaseAccess.Source
HIDDEN_FIRM = [("", str(role), 0) for role in ENTERPRISE_ROLES]  # name, role and person, as of any firm


@dataclass(frozen=True)
class Viewer:
    """One line of 谁能看到这件诉求: an organisation, what lets it in, in which roles, since when and how much."""

    organisation: str
    sees_notes: bool
    why: tuple[str, ...]
    roles: tuple[str, ...]
    since: datetime | None
    until: datetime | None  # of a department that has it no more: the end of what it sees
    ends: datetime | None  # when a grant ends by itself
    shared: bool  # the task of an action item and the text alone, beside what `until` says


@dataclass(frozen=True)
class Seen:
    """Everybody who sees a demand; `kept_out` names those who are to keep out of it, for the office alone."""

    viewers: list[Viewer]
    kept_out: list[str]


def seen_by(case: Case, actor: Actor) -> Seen:
    """Who sees the case now, the firm first, with all that lets them in. Two statements."""
    now = actor.now
    told = actor.role in OFFICE_ROLES  # by name who keeps out
    rows = list((case.access.select_related("user") if told else case.access).live(now).order_by("pk"))
    known = knows_firm(case, actor)
    # Of a firm that hides even its line says nothing: not who is in it, nor whether anybody is.
    found: dict[int, list[tuple[str, str, int]]] = (
        {} if known or case.enterprise_id is None else {case.enterprise_id: HIDDEN_FIRM}
    )
    away: dict[int, tuple[int, str]] = {}
    for post in posts_seeing(case, rows, now=now):
        if post.organisation_id == case.enterprise_id and not known:
            continue
        found.setdefault(post.organisation_id, []).append((post.organisation, post.role, post.user_id))
        if post.handed:
            away[post.pk] = post.organisation_id, post.role
    acting = _acting(case, away, actor) if away else {}
    order = {case.enterprise_id: 0, case.lead_id: 1, case.office_id: 2}
    places = sorted(found, key=lambda pk: (order.get(pk, 3), pk))
    viewers = [_viewer(case, pk, found[pk], rows, actor, acting.get(pk, {})) for pk in places]
    names = [row.user.name for row in rows if told and row.user and row.effect == CaseAccess.Effect.DENY]
    return Seen(viewers, names)


def _acting(case: Case, away: dict[int, tuple[int, str]], actor: Actor) -> dict[int, dict[str, str]]:
    """By organisation and role: who stands in for a holder, by name; for the firm, that somebody does."""
    found: dict[int, dict[str, list[str]]] = {}
    for pk, people in deputies_seeing(case, now=actor.now, posts=Membership.objects.filter(pk__in=away)).items():
        organisation, role = away[pk]
        found.setdefault(organisation, {}).setdefault(role, []).extend(one.name for one in people)
    firm = actor.role in ENTERPRISE_ROLES
    return {
        organisation: {role: "" if firm else _("、").join(names) for role, names in roles.items()}
        for organisation, roles in found.items()
    }


def _viewer(
    case: Case,
    organisation: int,
    people: list[tuple[str, str, int]],
    rows: Iterable[CaseAccess],
    actor: Actor,
    acting: dict[str, str],
) -> Viewer:
    columns: dict[int | None, tuple[str, datetime | None]] = {
        case.office_id: (_("平台办公室"), _office_since(case, rows)),
        case.lead_id: (_("主办部门"), case.dispatched_at),
        case.enterprise_id: (_("提出企业"), case.submitted_at),
    }
    here, persons = {organisation}, {user for _name, _role, user in people}
    grants = [row for row in rows if row.effect == CaseAccess.Effect.ALLOW]
    mine = [row for row in grants if row.organisation_id in here or row.user_id in persons]
    shares = [row for row in mine if row.source == Source.CO_HANDLER]
    whole = [row for row in mine if row.until_seq is None and row not in shares]
    former = [row for row in grants if row.until_seq is not None and row.organisation_id in here]
    why, since, until = [], [], None
    if organisation in columns:
        label, start = columns[organisation]
        why.append(label)
        since.append(start)
    for row in whole:
        why.append(str(Source(row.source).label))
        since.append(row.valid_from)
    part = bool(shares) and not why
    if not why and former:
        why, since, until = [str(Source.FORMER_LEAD.label)], [], former[0].valid_from
    if shares and organisation not in columns:
        why.append(str(Source.CO_HANDLER.label))
        since.append(shares[0].valid_from)
    if not why:  # they see it while a proposal waits for their decision
        why = [str(Source.PROPOSAL.label)]
    ends = [row.valid_to for row in whole] if organisation not in columns else [None]
    return Viewer(
        organisation_words(case, organisation, people[0][0], actor),
        organisation != case.enterprise_id,
        tuple(dict.fromkeys(why)),
        tuple(_role(role, acting) for role in Role if any(role == other for _name, other, _user in people)),
        min((start for start in since if start), default=None),
        until,
        max(ends) if ends and None not in ends else None,  # type: ignore[type-var]
        part,
    )


def _role(role: Role, acting: dict[str, str]) -> str:
    """“党组书记”, “党组书记（李四 代）” while somebody stands in, and “党组书记（代）” for the firm."""
    if role not in acting:
        return str(role.label)
    names = acting[role]
    return (
        _("%(role)s（%(names)s 代）") % {"role": role.label, "names": names} if names else f"{role.label}{_('（代）')}"
    )


def _office_since(case: Case, rows: Iterable[CaseAccess]) -> datetime | None:
    """An office to which the demand was handed over has it since then."""
    handed = [row.valid_from for row in rows if row.source == Source.HANDED_OVER and row.organisation_id]
    return max(handed, default=case.submitted_at)


def recused(case_id: int, *, now: datetime) -> QuerySet[CaseAccess]:
    """Those who were entered as keeping out of this case, and still do."""
    return CaseAccess.objects.live(now).denying().filter(case_id=case_id, source=Source.RECUSAL)


def candidates(case: Case, actor: Actor) -> QuerySet[Membership]:
    """The posts of those whom this actor may enter as keeping out: officials who see it, or a department's own."""
    posts = all_viewers_of(case, now=actor.now).exclude(role__in=ENTERPRISE_ROLES)
    if actor.role not in OFFICE_ROLES:
        posts = posts.filter(organisation_id=case.lead_id)
    return posts.select_related("user", "organisation").order_by("organisation_id", "user__name", "pk")


def kept_out_posts(case: Case, *, now: datetime) -> QuerySet[Membership]:
    """The posts of those who keep out of the case by name."""
    users = recused(case.pk, now=now).values("user_id")
    return posts_in_force(now).filter(user_id__in=users).select_related("user", "organisation").order_by("pk")


def asked_recusals(case: Case) -> list[dict[str, Any]]:
    """What the firm wrote when it asked for somebody to keep out, in order."""
    return bodies_of(case.pk, "ask_recusal")
