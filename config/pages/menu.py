"""Where the navigation leads in what spans several systems."""

from django.utils.translation import gettext_lazy as _

from config.pages.documents.finding import reads_documents
from parties.directory import readable
from parties.initial_passwords import SETTERS
from parties.roles import Role
from workflow.registry import MenuItem

ITEMS = (
    MenuItem(_("文书"), "documents:list", "doc", reads_documents, order=67),
    MenuItem(_("文书样张"), "documents:samples", "eye", lambda actor: actor.role == Role.SYSTEM_ADMIN, order=82),
    MenuItem(_("名录"), "directory:first", "users", lambda actor: bool(readable(actor)), order=71),
    MenuItem(_("尚未启用的账号"), "accounts:waiting", "key", lambda actor: actor.role in SETTERS, order=72),
)
