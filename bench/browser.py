"""Real requests without a network: the WSGI handler with every middleware, a session cookie and the CSRF check."""

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

CSRF = "b" * 32


class Browser:
    """Somebody who is signed in."""

    def __init__(self, application: Any, session: str) -> None:
        self.application = application
        self.cookie = f"sessionid={session}; csrftoken={CSRF}"

    def get(self, address: str) -> tuple[int, Mapping[str, str], bytes]:
        return self._ask("GET", address, b"")

    def post(self, address: str, fields: Mapping[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        return self._ask("POST", address, urlencode({**fields, "csrfmiddlewaretoken": CSRF}).encode())

    def _ask(self, method: str, address: str, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and body of the answer."""
        path, _mark, query = address.partition("?")
        told: list[Any] = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": self.cookie,
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            "wsgi.version": (1, 0),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        answer = self.application(environ, lambda status, headers: told.extend((status, dict(headers))))
        try:
            content = b"".join(answer)
        finally:
            answer.close()
        return int(told[0].split()[0]), told[1], content
