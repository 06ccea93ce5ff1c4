"""The limits of an installation, as an environment variable writes them: `account=30/900 firm=600/900`."""

import os
import re

from django.core.exceptions import ImproperlyConfigured

PART = re.compile(r"(account|firm|address)=([1-9][0-9]{0,8})/([1-9][0-9]{0,5})")


def rates(name: str, default: str) -> dict[str, tuple[int, int]]:
    """Who may do it how often by this variable of the environment: scope → (number, seconds).

    A scope that is not named is not limited; `off` limits none. Raises ImproperlyConfigured.
    """
    written = os.environ.get(name, default)
    if written == "off":
        return {}
    found = {}
    for part in written.split():
        match = PART.fullmatch(part)
        if match is None:
            raise ImproperlyConfigured(f"{name}: “{part}” is not of the form account=30/900 (number/seconds).")
        found[match[1]] = (int(match[2]), int(match[3]))
    return found
