"""From where a request comes."""

import ipaddress

from django.http import HttpRequest

LINE = 64  # bits of an IPv6 address that one subscriber has (RFC 6177)


def address_of(request: HttpRequest) -> str:
    """The address of the person's machine; what proxies of ours say is read before (`config/forwarding.py`)."""
    seen = str(request.META.get("REMOTE_ADDR", ""))
    try:
        return str(ipaddress.ip_address(seen))
    except ValueError:
        return "0.0.0.0"  # noqa: S104 -- a socket of the proxy, which has no address


def line_of(address: str) -> str:
    """What is counted together: an IPv4 address, or the network of a subscriber, who has 2⁶⁴ of IPv6."""
    parsed = ipaddress.ip_address(address)
    return address if parsed.version == 4 else str(ipaddress.ip_network(f"{address}/{LINE}", strict=False))
