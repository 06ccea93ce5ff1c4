from django.apps import AppConfig
from django.conf import settings
from django.core.checks import register as look_at_start
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("文书")

    def ready(self) -> None:
        from documents import checks  # noqa: F401 (registers them)
        from documents import health as register
        from documents.signing import watching
        from foundation import health

        look_at_start(watching.look_at_settings, self.name)
        if settings.SIGNING_KEY:
            health.register("signing", watching.can_sign, label=_("文书签名"))
        health.register("documents", register.documents, label=_("文书生成"))
