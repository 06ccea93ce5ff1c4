"""A phone that shows codes: what it does with the key of a second factor."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

STEP = 30  # seconds


def code_of(key: str, *, steps: int = 0) -> str:
    """The six digits for this key now, or so many steps later. The key may have the blanks of the page."""
    return format_hotp_value(hotp_value(key.replace(" ", ""), int(time.time()) // STEP + steps))
