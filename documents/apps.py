from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("文书")

    def ready(self) -> None:
        from documents.signing import watching
        from foundation import health

        checks.register(watching.look_at_settings, self.name)
        if settings.SIGNING_KEY:
            health.register("signing", watching.can_sign, label=_("文书签名"))
