"""Who may do what to a meeting. No statement runs in a predicate."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from parties.roles import DEPARTMENT_ROLES, ENTERPRISE_ROLES, OFFICE_ROLES, Role
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.rules import READERS, Permission, restriction

if TYPE_CHECKING:
    from dialogue.symposia.models import Meeting

# The desk of the organising office: of a platform office, or of a leader.
ORGANISERS = OFFICE_ROLES | {Role.SUPERVISOR, Role.LEADER_OFFICE}
# Who hosts and signs the minutes off (签发).
HOSTS = frozenset({Role.LEADER, Role.DEPARTMENT_SECRETARY, Role.DEPARTMENT_HEAD})
# Who puts topics forward, for the own firm or department.
PROPOSERS = ENTERPRISE_ROLES | DEPARTMENT_ROLES
# Who answers for an organisation that is invited.
PARTICIPANTS = PROPOSERS | {Role.LEADER, Role.LEADER_OFFICE}
# Who signs in at a meeting to which their organisation is invited.
SIGNING = PARTICIPANTS | ORGANISERS


@restriction(_("纪要由签发人本人签发"))
def signs_in_person(meeting: "Meeting", actor: Actor) -> bool:
    return actor.person_id == meeting.signs_id


@restriction(_("议题征集已经截止，请联系主办单位"))
def topics_are_taken(meeting: "Meeting", actor: Actor) -> bool:
    """Until the end of the day on which topics close; the organising office may add to them afterwards."""
    at_the_office = actor.role in ORGANISERS and actor.organisation_id == meeting.office_id
    return at_the_office or actor.now.astimezone(ZONE).date() <= meeting.topics_until


def is_signer(meeting: "Meeting", actor: Actor) -> bool:
    """Whether the minutes are signed by this person in this organisation."""
    here = actor.organisation_id == meeting.signs_org_id and actor.person_id == meeting.signs_id
    return here and actor.role in HOSTS


def of_the_house(meeting: "Meeting", actor: Actor) -> bool:
    """Whether the reader is of the organising office or of the host's, or signs: what these weigh is nothing for
    others."""
    return actor.organisation_id in (meeting.office_id, meeting.host_org_id) or is_signer(meeting, actor)


only_the_system = Permission({}, _("这一步由系统按时限办理"), system=True)
may_organise = Permission({"office_id": ORGANISERS}, _("只有主办单位可以办理"))
may_sign = Permission({"signs_org_id": HOSTS}, _("只有纪要的签发人可以签发"), restrictions=(signs_in_person,))
may_propose_topic = Permission(
    {READERS: PROPOSERS, "office_id": ORGANISERS},
    _("只有企业、部门和主办单位可以提出议题"),
    restrictions=(topics_are_taken,),
)
may_withdraw_topic = Permission(
    {READERS: PROPOSERS}, _("只有提出议题的企业和部门可以撤回"), restrictions=(topics_are_taken,)
)
may_answer = Permission({READERS: PARTICIPANTS}, _("只有受邀单位可以回复"))
may_sign_in = Permission({READERS: SIGNING}, _("只有参会人员可以签到"))
may_comment = Permission({READERS: PARTICIPANTS}, _("只有参会单位可以提出意见"))
may_report = Permission({READERS: DEPARTMENT_ROLES}, _("只有牵头部门可以报进展"))
