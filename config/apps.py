from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config.pages.exports import BOX
        from workflow import registry

        registry.register_export(BOX)
