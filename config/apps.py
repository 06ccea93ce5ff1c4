from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config.pages import menu
        from workflow import registry

        registry.register_menu(*menu.ITEMS)
