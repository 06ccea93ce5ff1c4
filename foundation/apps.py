from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FoundationConfig(AppConfig):
    name = "foundation"

    def ready(self) -> None:
        from django_tasks.signals import task_finished, task_started

        from foundation import health, logs
        from foundation.files import sweeping

        health.register(health.DATABASE, health.database, label=_("数据库"))
        health.register(sweeping.PULSE, sweeping.stored_files, label=_("附件存储"))
        task_started.connect(logs.task_begins, dispatch_uid="foundation.logs.task_begins")
        task_finished.connect(logs.task_ends, dispatch_uid="foundation.logs.task_ends")
