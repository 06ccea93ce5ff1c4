"""What the frame of every page needs: who is here, for which post, and where they can go."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.demo.accounts import SIGN_IN_WITH, accounts
from dialogue.catalogue import SYSTEMS
from foundation.counters import bounded_counts, counter_words
from workflow import registry
from workflow.actor import Actor
from workflow.models import Notice


def shell(request: HttpRequest) -> dict[str, Any]:
    """Costs the statement for the actor and the one that counts unread notices, and none without signing in."""
    user = getattr(request, "user", None)
    # A program is nobody who looks at pages, whoever its token stands for: it has no actor of a page.
    if user is None or not user.is_authenticated or not hasattr(request, "actor"):
        # The table of accounts is asked for by the sign-in page alone, and empty outside the demonstration.
        return {
            "menu": [],
            "systems": [],
            "large_text": False,
            "accounts": accounts,
            "sign_in_with": SIGN_IN_WITH,
            "provider": settings.OIDC["name"] if settings.OIDC["issuer"] else "",
        }
    actor = request.actor
    items = [item for item in registry.menu(actor) if not item.system]
    reachable = {item.url_name for item in items}
    return {
        "actor": actor,
        "large_text": user.large_text,
        "unread": SimpleLazyObject(lambda: _unread(actor)),
        "other_languages": [(code, name) for code, name in settings.LANGUAGES if code != get_language()],
        "menu": [
            _entry(request, _("首页"), "home", "home"),
            *(_entry(request, item.label, item.url_name, item.icon) for item in items),
        ],
        "systems": [
            _entry(request, system.name, system.page, system.icon) | {"current": False}
            for system in SYSTEMS
            if system.offered and system.page in reachable
        ],
    }


def _unread(actor: Actor) -> dict[str, Any]:
    """How many notices this person has not read, counted when the page head is drawn."""
    number = bounded_counts({"unread": Notice.objects.visible_to(actor).unread()})["unread"]
    return {"number": number, "words": counter_words(number)}


def _entry(request: HttpRequest, label: object, url_name: str, icon: str) -> dict[str, Any]:
    match = request.resolver_match
    return {
        "label": label,
        "url": reverse(url_name),
        "icon": icon,
        "count": None,
        "current": match is not None and match.view_name == url_name,
    }
