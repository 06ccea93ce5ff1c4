"""Whose request it is when a proxy stands in front: lockouts and the history of fields go by this address."""

from collections.abc import Callable, Iterable
from typing import Any

from granian.utils.proxies import wrap_wsgi_with_proxy_headers

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def forwarded(application: Application, *, proxies: list[str]) -> Application:
    """REMOTE_ADDR is the client's address: what one of `proxies` says in X-Forwarded-For, else who has connected.

    The header goes no further, for libraries believe it whoever has sent it.
    """

    def without_header(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ.pop("HTTP_X_FORWARDED_FOR", None)
        return application(environ, start_response)

    return wrap_wsgi_with_proxy_headers(without_header, trusted_hosts=proxies) if proxies else without_header
