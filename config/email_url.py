"""One address says how mail leaves this installation."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SMTP = {"smtp": (25, {}), "smtp+tls": (587, {"EMAIL_USE_TLS": True}), "smtps": (465, {"EMAIL_USE_SSL": True})}


def email_settings(url: str, *, folder: Path) -> dict[str, Any]:
    """Django's settings for `smtp://user:password@host:port`, `smtp+tls://` (STARTTLS) or `smtps://` (TLS at once).

    Without an address every mail becomes a file in `folder`. Raises ImproperlyConfigured for any other.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": str(folder)}
    parts = urlsplit(url)
    if parts.scheme not in SMTP or not parts.hostname:
        raise ImproperlyConfigured("DIALOGUE_EMAIL_URL: smtp://, smtp+tls:// or smtps://, then user:password@host:port")
    port, more = SMTP[parts.scheme]
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        **more,
    }
