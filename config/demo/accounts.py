"""The accounts of the demonstration: how to sign in with them, and which of them are worth trying first."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.demands.models import Case
from cases.demands.queries import TURNS
from dialogue.symposia.inbox import ANSWERING, REPORTING
from dialogue.symposia.models import ORGANISER, Meeting, Participant
from dialogue.symposia.queries import open_items
from dialogue.symposia.rules import ORGANISERS
from parties.models import Membership, Organisation
from parties.roles import Role
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.models import Proposal
from workflow.specs import specs

# Stands on the sign-in page for everybody to read; set by load_demo and by nothing else.
SIGN_IN_WITH = "Ordos-2026-demo"
# What memberships of the demonstration name as their source; an account without it is never shown.
SOURCE = "演示数据"

# What there is to do, by role; a person of several roles is shown under the one that stands first here.
TO_TRY: dict[Role, Any] = {
    Role.ENTERPRISE_STAFF: _(
        "接着写草稿里的两件事，补正或者补充一件，确认或者申请重办一件结果；给恳谈会提一个议题，回复参会"
    ),
    Role.ENTERPRISE_SECRETARY: _("查看本企业诉求办到哪一步，看参加过的会议和纪要"),
    Role.INTAKE: _(
        "决定同事提请的一件不予受理，放行隐名企业的一个附件，受理新诉求，认领热线来件；看名录，用表格批量导入企业"
    ),
    Role.DISPATCHER: _("派一件有裁决先例的诉求，用存好的筛选和批量操作；任免企业人员的岗位"),
    Role.ARBITRATOR: _("裁决两件退单，其中一件已经超期"),
    Role.SUPERVISOR: _("看“撤回情况”里被标记的一件，决定一件不予受理"),
    Role.DEPARTMENT_LIAISON: _(
        "决定一件转办是否接收，签收或者退单，更换自动签收的承办人；在名录里改本部门的联系电话，任命承办人"
    ),
    Role.HANDLER: _("给隐名企业转递消息，办理一件重办，登记首联和方案，提交结果"),
    Role.DEPUTY_HEAD: _("决定一件转办是否接收，审签咨询和一般诉求的结果"),
    Role.DEPARTMENT_SECRETARY: _("审签复杂、疑难和重办诉求的结果"),
    Role.DEPARTMENT_HEAD: _("决定本部门的一件退单"),
    Role.STATISTICS: _("看名录里的企业、党组织和部门"),
    Role.LEADER: _("签发或者退回一份会议纪要；看自己主持的会议和任务事项办到哪一步"),
    Role.LEADER_OFFICE: _("看年底座谈会的议题、名单和回执，起草、更正会议纪要；看会议频次"),
    Role.AGENT: _("看名录里所帮办的企业"),
    Role.RESIDENT_LIAISON: _("看名录里所联络的企业"),
    Role.SYSTEM_ADMIN: _(
        "名录、任职管理、批量导入导出、尚未启用的账号；"
        "职责清单、派单规则和问题集，工作日历、时限规则、投递、消息模板、系统状态"
    ),
    Role.SECURITY_ADMIN: _("登录记录、重置二次验证、三员的任职；诉求内容一概看不到"),
    Role.AUDIT_ADMIN: _("登录记录；每天收到一封封存邮件，用来核对台账"),
}
ORDER = list(TO_TRY)
# A desk of one person has no colleague to propose anything.
OF_SEVERAL: dict[tuple[Role, ...], Any] = {
    (Role.INTAKE, Role.DISPATCHER): _(
        "受理新诉求或者要求补正，认领热线来件；看名录，用表格批量导入企业，给企业人员设置初始密码"
    ),
}

Kind = tuple[tuple[Role, ...], bool]  # the roles of a person, and whether they hold one of them in several places


@dataclass(frozen=True)
class Account:
    """One line of the table: who it is, how many demands wait for them, and what to try."""

    role: str
    name: str
    organisation: str
    username: str
    waiting: int
    to_try: str


def accounts() -> list[Account]:
    """One account for every kind of post, of firm, office and department the busiest; empty outside the demonstration.

    The firm belongs to the district of the office, so that one demand can be followed through all of them. Two
    statements for the demands, one for what waits for a second person and three for meetings, none outside the
    demonstration.
    """
    if not settings.DEMO:
        return []
    now = timezone.now()
    posts: dict[int, list[Membership]] = {}
    memberships = Membership.objects.in_force(now.astimezone(ZONE).date()).filter(source=SOURCE)
    for membership in memberships.select_related("user", "organisation").order_by("pk"):
        posts.setdefault(membership.user_id, []).append(membership)
    load = _Load(Actor.system(now=now, rule=SOURCE))
    places = load.busiest([m.organisation for held in posts.values() for m in held])

    best: dict[Kind, tuple[tuple[bool, int, int], list[Membership]]] = {}
    for held in posts.values():
        roles = sorted({Role(m.role) for m in held}, key=ORDER.index)
        kind = tuple(roles), len(held) > len(roles)
        here = any(m.organisation_id in places for m in held)
        rank = (here, sum(map(load.of, held)), len(held))
        if kind not in best or rank > best[kind][0]:
            best[kind] = rank, held
    shown = sorted(best, key=lambda kind: ([ORDER.index(role) for role in kind[0]], kind[1]))
    return [_account(kind[0], best[kind][1], load.of) for kind in shown]


def _account(kind: tuple[Role, ...], held: list[Membership], waiting: Callable[[Membership], int]) -> Account:
    places = list(dict.fromkeys(m.organisation.name for m in held))
    place = places[0]
    if len(places) > 1:
        place = gettext("%(name)s等 %(n)s 家") % {"name": place, "n": len(places)}
    hint = str(OF_SEVERAL.get(kind, TO_TRY[kind[0]]))
    if len(held) > 1:
        hint = gettext("%(hint)s；有 %(n)s 个职务，可在右上角切换") % {"hint": hint, "n": len(held)}
    return Account(
        role=gettext("、").join(str(role.label) for role in dict.fromkeys(kind)),
        name=held[0].user.name,
        organisation=place,
        username=held[0].user.username,
        waiting=sum(map(waiting, held)),
        to_try=hint,
    )


class _MeetingLoad:
    """How many meetings, invitations and reports wait for whom, as the home page has it; three statements."""

    def __init__(self) -> None:
        turns = Meeting.objects.filter(turn_org__isnull=False).order_by()
        self._turns = list(turns.values_list("turn_org_id", "turn_role", Coalesce("signer_id", "host_id")))
        invited = Participant.objects.filter(next_due_at__isnull=False).order_by()
        self._invited = Counter(invited.values_list("organisation_id", flat=True))
        items = open_items().filter(next_due_at__isnull=False).order_by()
        self._items = list(items.values_list("lead_id", "case__handler_id"))

    def of(self, post: Membership) -> int:
        role, place = Role(post.role), post.organisation_id
        count = 0
        for organisation, turn, host in self._turns:
            desk = turn == ORGANISER and role in ORGANISERS
            count += organisation == place and (desk or (turn == role and host == post.user_id))
        if role in ANSWERING:
            count += self._invited[place]
        if role in REPORTING:
            mine = [handler for lead, handler in self._items if lead == place]
            count += len(mine) if role != Role.HANDLER else mine.count(post.user_id)
        return count


class _Load:
    """How many open demands, and moves that take two people, wait for whom; two statements."""

    def __init__(self, actor: Actor) -> None:
        rows = Case.objects.visible_to(actor).open().values_list("turn_org_id", "turn_role", "handler_id")
        self._turns: dict[int, list[tuple[str, int | None, int]]] = {}
        for organisation, role, handler, count in rows.annotate(Count("pk")):
            self._turns.setdefault(organisation, []).append((role, handler, count))
        self._deciders = {action: spec.decided_by.roles for action, spec in specs(Case).items() if spec.decided_by}
        waiting = Proposal.objects.pending().filter(subject_kind=Case.ledger_kind)
        self._asked = list(waiting.values_list("decider_id", "action", "by_id"))
        self._meetings = _MeetingLoad()

    def of(self, post: Membership) -> int:
        """What waits for the holder of this post, as their 待办 has it."""
        roles = TURNS.get(Role(post.role), (post.role,))
        return (
            self._to_decide(post)
            + self._meetings.of(post)
            + sum(
                count
                for role, handler, count in self._turns.get(post.organisation_id, ())
                if role in roles and (role != Role.HANDLER or handler == post.user_id)
            )
        )

    def _to_decide(self, post: Membership) -> int:
        return sum(
            organisation == post.organisation_id and post.role in self._deciders[action] and by != post.user_id
            for organisation, action, by in self._asked
        )

    def busiest(self, organisations: Iterable[Organisation]) -> set[int]:
        """The office and the department with most kinds of waiting work, and the busiest firm of that district."""

        def busy(place: Organisation) -> tuple[int, int, int]:
            turns = self._turns.get(place.pk, [])
            return len({role for role, _handler, _count in turns}), sum(turn[2] for turn in turns), -place.pk

        by_kind: dict[str, list[Organisation]] = {}
        for place in organisations:
            by_kind.setdefault(place.kind, []).append(place)
        chosen = [
            max(by_kind[kind], key=busy)
            for kind in (Organisation.Kind.OFFICE, Organisation.Kind.DEPARTMENT)
            if kind in by_kind
        ]
        near = {place.district_id for place in chosen[:1]}
        firms = [f for f in by_kind.get(Organisation.Kind.ENTERPRISE, []) if f.district_id in near]
        return {place.pk for place in [*chosen, *sorted(firms, key=busy)[-1:]]}
