"""A client's address is what our own proxy says, and nobody else's word for it counts."""

from typing import Any

import pytest

from config.forwarding import forwarded


@pytest.mark.parametrize(
    ("proxies", "connected", "said", "client"),
    [
        (["127.0.0.1"], "127.0.0.1", "10.1.2.3", "10.1.2.3"),
        (["127.0.0.1", "10.0.0.0/24"], "127.0.0.1", "6.6.6.6, 10.1.2.3, 10.0.0.9", "10.1.2.3"),
        (["127.0.0.1"], "192.0.2.1", "10.1.2.3", "192.0.2.1"),
        (["127.0.0.1"], "127.0.0.1", None, "127.0.0.1"),
        ([], "192.0.2.1", "10.1.2.3", "192.0.2.1"),
    ],
)
def test_only_our_proxies_are_believed(proxies: list[str], connected: str, said: str | None, client: str) -> None:
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.update(environ)
        return []

    headers = {} if said is None else {"HTTP_X_FORWARDED_FOR": said}
    forwarded(application, proxies=proxies)({"REMOTE_ADDR": connected, **headers}, None)
    assert (seen["REMOTE_ADDR"], "HTTP_X_FORWARDED_FOR" in seen) == (client, False)
