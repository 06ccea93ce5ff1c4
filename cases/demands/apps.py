from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemandsConfig(AppConfig):
    name = "cases.demands"
    label = "demands"
    verbose_name = _("企业需求接诉即办")

    def ready(self) -> None:
        from cases.demands.inbox import DemandInbox
        from cases.demands.menu import ITEMS
        from cases.demands.models import Case
        from workflow import registry

        registry.register_subject(Case)
        registry.register_inbox(DemandInbox())
        registry.register_menu(*ITEMS)
