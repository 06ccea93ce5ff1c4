"""The other provider people may sign in at, from the settings of an installation."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOCAL = {"127.0.0.1", "localhost", "::1"}


def oidc_provider(oidc: dict[str, str]) -> dict[str, Any]:
    """What allauth is told: our provider class always, and one provider where an issuer is set.

    Raises ImproperlyConfigured for an issuer without a client, or one that is asked without encryption.
    """
    apps = []
    if issuer := oidc["issuer"]:
        if not (oidc["client_id"] and oidc["client_secret"]):
            raise ImproperlyConfigured("DIALOGUE_OIDC_ISSUER needs DIALOGUE_OIDC_CLIENT_ID and _CLIENT_SECRET.")
        parts = urlsplit(issuer)
        if parts.scheme != "https" and parts.hostname not in LOCAL:
            raise ImproperlyConfigured("DIALOGUE_OIDC_ISSUER must begin with https://.")
        apps.append(
            {
                "provider_id": "oidc",
                "name": oidc["name"],
                "client_id": oidc["client_id"],
                "secret": oidc["client_secret"],
                "settings": {"server_url": issuer.rstrip("/")},
            }
        )
    return {"openid_connect": {"provider_class": "parties.sign_in.oidc.HouseOIDCProvider", "APPS": apps}}


def origin(issuer: str) -> list[str]:
    """Scheme and host of the issuer, as a content security policy writes them; none without one."""
    parts = urlsplit(issuer)
    return [f"{parts.scheme}://{parts.netloc}"] if issuer else []
