from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config.pages import menu
        from config.pages.directory.exports import LISTS
        from config.pages.documents.exports import DOCUMENTS
        from config.pages.exports import ACCOUNTS, BOX
        from workflow import registry

        registry.register_menu(*menu.ITEMS)
        registry.register_export(BOX, ACCOUNTS, DOCUMENTS, *LISTS)
