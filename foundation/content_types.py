"""The Content-Type of a request, before Django reads it.

Django reads it while it makes the request, where no middleware and no error page stands around it: a name of Python's
that is of no character set, or a parameter that cannot be decoded, would be answered by the server's bare 500.
"""

import codecs
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.http import parse_header_parameters

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
NONE = "application/octet-stream"


def readable(application: Application) -> Application:
    """The same application, which never meets a Content-Type that Django cannot read."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["CONTENT_TYPE"] = as_can_be_read(environ.get("CONTENT_TYPE") or "")
        return application(environ, start_response)

    return answer


def as_can_be_read(content_type: str) -> str:
    """The header as it came; naming Latin-1, which reads anything, where it names another character set than UTF-8."""
    try:
        media, parameters = parse_header_parameters(content_type)
    except (ValueError, LookupError):
        return NONE
    if is_utf8(parameters.get("charset", "utf-8")):
        return content_type
    boundary = f'; boundary="{parameters["boundary"]}"' if "boundary" in parameters else ""
    return f"{media}{boundary}; charset=iso-8859-1"


def is_utf8(charset: str) -> bool:
    """Whether this is one of the names of UTF-8."""
    try:
        return codecs.lookup(charset).name == "utf-8"
    except (ValueError, LookupError):
        return False
