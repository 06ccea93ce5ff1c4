"""Addresses that are printed: they must lead to the same page for as long as there is paper with them on it."""

import base64
import secrets

from django.conf import settings

VERIFY = "verify/"  # below the root of the site; the code and a slash follow
CODE_LENGTH = 26


def new_code() -> str:
    """128 random bits as 26 letters and digits (base32, small letters): nobody can guess the code of a document."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def verification(code: str) -> str:
    """The whole address of the public page of a document, as it stands behind the QR code.

    Written out rather than looked up among the addresses of the day: it is frozen with what the document says.
    """
    return f"{settings.SITE_URL}/{VERIFY}{code}/"
