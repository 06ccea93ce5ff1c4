from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartiesConfig(AppConfig):
    name = "parties"
    verbose_name = _("组织与人员")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from parties import models

        for model in (models.User, models.Membership, models.Department, models.Enterprise, models.Office):
            auditlog.register(model, exclude_fields=["last_login", "password"])
