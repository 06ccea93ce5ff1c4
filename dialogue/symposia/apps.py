from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SymposiaConfig(AppConfig):
    name = "dialogue.symposia"
    label = "symposia"
    verbose_name = _("政商座谈会")

    def ready(self) -> None:
        from dialogue.symposia import menu
        from dialogue.symposia.models import Meeting
        from workflow import registry

        registry.register_subject(Meeting)
        registry.register_menu(*menu.ITEMS)
