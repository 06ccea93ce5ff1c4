"""The closed list of roles. Source: the glossary, “Roles”."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Role(TextChoices):
    ENTERPRISE_STAFF = "ENTERPRISE_STAFF", pgettext_lazy("role", "企业经办人")
    ENTERPRISE_SECRETARY = "ENTERPRISE_SECRETARY", pgettext_lazy("role", "企业党组织书记")
    AGENT = "AGENT", pgettext_lazy("role", "帮办代办员")
    RESIDENT_LIAISON = "RESIDENT_LIAISON", pgettext_lazy("role", "驻企联络员")
    INTAKE = "INTAKE", pgettext_lazy("role", "受理员")
    DISPATCHER = "DISPATCHER", pgettext_lazy("role", "派单员")
    ARBITRATOR = "ARBITRATOR", pgettext_lazy("role", "裁决员")
    SUPERVISOR = "SUPERVISOR", pgettext_lazy("role", "督办员")
    STATISTICS = "STATISTICS", pgettext_lazy("role", "统计评价员")
    DEPARTMENT_LIAISON = "DEPARTMENT_LIAISON", pgettext_lazy("role", "部门联络员")
    HANDLER = "HANDLER", pgettext_lazy("role", "承办人")
    DEPUTY_HEAD = "DEPUTY_HEAD", pgettext_lazy("role", "分管负责人")
    DEPARTMENT_HEAD = "DEPARTMENT_HEAD", pgettext_lazy("role", "部门主要负责人")
    DEPARTMENT_SECRETARY = "DEPARTMENT_SECRETARY", pgettext_lazy("role", "党组书记")
    LEADER = "LEADER", pgettext_lazy("role", "领导")
    LEADER_OFFICE = "LEADER_OFFICE", pgettext_lazy("role", "领导秘书")
    SYSTEM_ADMIN = "SYSTEM_ADMIN", pgettext_lazy("role", "系统管理员")
    SECURITY_ADMIN = "SECURITY_ADMIN", pgettext_lazy("role", "安全管理员")
    AUDIT_ADMIN = "AUDIT_ADMIN", pgettext_lazy("role", "审计管理员")


ENTERPRISE_ROLES = frozenset({Role.ENTERPRISE_STAFF, Role.ENTERPRISE_SECRETARY})
# 受理、派单、裁决 work on one desk; the supervisor sees only what is supervised and is not of this group.
OFFICE_ROLES = frozenset({Role.INTAKE, Role.DISPATCHER, Role.ARBITRATOR})
DEPARTMENT_ROLES = frozenset(
    {
        Role.DEPARTMENT_LIAISON,
        Role.HANDLER,
        Role.DEPUTY_HEAD,
        Role.DEPARTMENT_HEAD,
        Role.DEPARTMENT_SECRETARY,
    }
)
# Mutually exclusive, and none of them sees the content of a case.
ADMIN_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
# Which roles a kind of organisation has; of an office, which kind of office. An industry committee and an alliance have
# no posts: they speak through their lead department and their members.
ROLES_OF: dict[str, frozenset[Role]] = {
    "ENTERPRISE": ENTERPRISE_ROLES | {Role.AGENT, Role.RESIDENT_LIAISON},
    "DEPARTMENT": DEPARTMENT_ROLES,
    "PLATFORM": OFFICE_ROLES | ADMIN_ROLES | {Role.SUPERVISOR},
    "EVALUATION": frozenset({Role.STATISTICS}),
    "LEADER": frozenset({Role.LEADER, Role.LEADER_OFFICE}),
}
# What an organisation cannot be without: of each of these groups somebody must be in office.
NEEDED_IN: dict[str, tuple[frozenset[Role], ...]] = {
    "ENTERPRISE": (ENTERPRISE_ROLES,),
    "DEPARTMENT": (
        frozenset({Role.DEPARTMENT_LIAISON}),
        frozenset({Role.DEPARTMENT_SECRETARY, Role.DEPARTMENT_HEAD}),
    ),
    "PLATFORM": (frozenset({Role.INTAKE}), frozenset({Role.DISPATCHER}), frozenset({Role.ARBITRATOR})),
    "EVALUATION": (frozenset({Role.STATISTICS}),),
    "LEADER": (frozenset({Role.LEADER}),),
}
