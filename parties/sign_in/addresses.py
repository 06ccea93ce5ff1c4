"""From where a request comes."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

LINE = 64  # bits of an IPv6 address that one subscriber has (RFC 6177)


def address_of(request: HttpRequest) -> str:
    """The address of the person's machine, as the last proxy that we trust saw it.

    `X-Forwarded-For` is read only where the settings name proxies in front: from anybody else it is what they like.
    """
    seen = str(request.META.get("REMOTE_ADDR", ""))
    if settings.PROXIES:
        passed_on = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        if len(passed_on) >= settings.PROXIES:
            seen = passed_on[-settings.PROXIES]
    try:
        return str(ipaddress.ip_address(seen))
    except ValueError:
        return "0.0.0.0"  # noqa: S104 -- a socket of the proxy, which has no address


def line_of(address: str) -> str:
    """What is counted together: an IPv4 address, or the network of a subscriber, who has 2⁶⁴ of IPv6."""
    parsed = ipaddress.ip_address(address)
    return address if parsed.version == 4 else str(ipaddress.ip_network(f"{address}/{LINE}", strict=False))
