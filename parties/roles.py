"""The closed list of roles. Source: the glossary, “Roles”."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    ENTERPRISE_STAFF = "ENTERPRISE_STAFF", _("企业经办人")
    ENTERPRISE_SECRETARY = "ENTERPRISE_SECRETARY", _("企业党组织书记")
    AGENT = "AGENT", _("帮办代办员")
    RESIDENT_LIAISON = "RESIDENT_LIAISON", _("驻企联络员")
    INTAKE = "INTAKE", _("受理员")
    DISPATCHER = "DISPATCHER", _("派单员")
    ARBITRATOR = "ARBITRATOR", _("裁决员")
    SUPERVISOR = "SUPERVISOR", _("督办员")
    STATISTICS = "STATISTICS", _("统计评价员")
    DEPARTMENT_LIAISON = "DEPARTMENT_LIAISON", _("部门联络员")
    HANDLER = "HANDLER", _("承办人")
    DEPUTY_HEAD = "DEPUTY_HEAD", _("分管负责人")
    DEPARTMENT_HEAD = "DEPARTMENT_HEAD", _("部门主要负责人")
    DEPARTMENT_SECRETARY = "DEPARTMENT_SECRETARY", _("党组书记")
    LEADER = "LEADER", _("领导")
    LEADER_OFFICE = "LEADER_OFFICE", _("领导秘书")
    SYSTEM_ADMIN = "SYSTEM_ADMIN", _("系统管理员")
    SECURITY_ADMIN = "SECURITY_ADMIN", _("安全管理员")
    AUDIT_ADMIN = "AUDIT_ADMIN", _("审计管理员")


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
