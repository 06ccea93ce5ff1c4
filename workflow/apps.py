from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    name = "workflow"
    verbose_name = _("流转")

    def ready(self) -> None:
        from workflow import api_schema, checks, health, menu, registry, triggers

        # importing them registers them
        assert api_schema
        assert checks
        health.register_probes()
        registry.register_menu(*menu.ITEMS)
        post_migrate.connect(triggers.reinstall, dispatch_uid="workflow.triggers.reinstall")
