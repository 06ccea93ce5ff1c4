"""What the frame of every page needs: who is here, for which post, and where they can go."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.demo.accounts import SIGN_IN_WITH, accounts
from dialogue.catalogue import SYSTEMS
from foundation.counters import bounded_counts
from workflow import registry
from workflow.actor import Actor
from workflow.models import Notice
from workflow.registry import MenuItem


def shell(request: HttpRequest) -> dict[str, Any]:
    """Costs the statement for the actor and the one that counts unread notices, and none without signing in."""
    user = getattr(request, "user", None)
    # A program is nobody who looks at pages, whoever its token stands for: it has no actor of a page.
    if user is None or not user.is_authenticated or not hasattr(request, "actor"):
        # The table of accounts is asked for by the sign-in page alone, and empty outside the demonstration.
        return {
            "navigation": "",
            "large_text": False,
            "accounts": accounts,
            "sign_in_with": SIGN_IN_WITH,
            "provider": settings.OIDC["name"] if settings.OIDC["issuer"] else "",
        }
    actor, match = request.actor, request.resolver_match
    items = tuple(registry.menu(actor))
    # Two hundred pages are no entry of the navigation: for all of them it is drawn once.
    here = match.view_name if match is not None and match.view_name in {"home", *(i.url_name for i in items)} else ""
    return {
        "actor": actor,
        "large_text": user.large_text,
        "unread": lambda: _unread(actor),
        "navigation": _navigation(items, here, get_language(), get_script_prefix()),
    }


def _unread(actor: Actor) -> int:
    """How many notices this person has not read, counted when the page head is drawn."""
    return bounded_counts({"unread": Notice.objects.visible_to(actor).unread()})["unread"]


@lru_cache(maxsize=1000)
def _navigation(items: tuple[MenuItem, ...], here: str, language: str | None, prefix: str) -> SafeString:
    """These entries as they are drawn, in this language, with the page `here` marked; nothing in it is a person's."""
    reachable = {item.url_name for item in items}
    context = {
        "menu": [
            _entry(_("首页"), "home", "home", here),
            *(_entry(item.label, item.url_name, item.icon, here) for item in items),
        ],
        "systems": [
            _entry(system.name, system.page, system.icon)
            for system in SYSTEMS
            if system.offered and system.page in reachable
        ],
    }
    return render_to_string("components/nav.html", context)


def _entry(label: object, url_name: str, icon: str, here: str = "") -> dict[str, Any]:
    return {"label": label, "url": reverse(url_name), "icon": icon, "current": url_name == here}
