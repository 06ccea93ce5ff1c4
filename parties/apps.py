from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartiesConfig(AppConfig):
    name = "parties"
    verbose_name = _("组织与人员")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from parties import models

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
