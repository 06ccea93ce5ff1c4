from typing import Any

from allauth.socialaccount.signals import social_account_added
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartiesConfig(AppConfig):
    name = "parties"
    verbose_name = _("组织与人员")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from parties import models
        from parties.roles import Role
        from workflow.registry import MenuItem, register_menu

        kept = (
            models.Alliance,
            models.AllianceMember,
            models.Department,
            models.Deputy,
            models.Enterprise,
            models.IndustryCommittee,
            models.MassOrganisation,
            models.Membership,
            models.Office,
            models.PartyCoverage,
            models.PartyOrganisation,
            models.User,
        )
        for model in kept:
            auditlog.register(model, exclude_fields=["last_login", "password"])
        readers = (Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
        register_menu(
            MenuItem(_("登录记录"), "sign_in_records", "list", lambda actor: actor.role in readers, order=91),
            MenuItem(
                _("重置二次验证"), "reset_factor", "key", lambda actor: actor.role == Role.SECURITY_ADMIN, order=92
            ),
            MenuItem(_("登录与安全"), "security", "lock", lambda actor: True, order=95),
        )
        social_account_added.connect(linked, dispatch_uid="parties.linked")
        self.register_tables()

    def register_tables(self) -> None:
        """The kinds of tables that are brought in and taken out; higher rooms have further ones."""
        from parties.exchange import kinds
        from parties.exchange.departments import Departments
        from parties.exchange.enterprises import Enterprises
        from parties.exchange.party import PartyOrganisations
        from parties.exchange.people import People

        kinds.offer(Enterprises(), PartyOrganisations(), Departments(), People())


def linked(request: Any, sociallogin: Any, **_signal: Any) -> None:
    """Receiver of allauth: the record has it that an identity elsewhere signs in an account from now on."""
    from parties.models import SignInKind
    from parties.sign_in import records

    records.add(request, SignInKind.LINKED, user=sociallogin.user)
