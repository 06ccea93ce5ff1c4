"""How a file leaves: under headers that keep it from being anything but itself. Who may have it is asked before."""

import logging
from typing import IO

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from foundation.errors import NotYours, WrongMoment
from foundation.files.model import Scan, StoredFile
from foundation.files.storing import content

log = logging.getLogger(__name__)

# Nothing in it runs, loads or talks, even where a browser opens it in a tab of its own.
POLICY = "sandbox; default-src 'none'"


def opened(stored: StoredFile) -> IO[bytes]:
    """The content of a file for a reader who may have it.

    Raises WrongMoment while it waits for the scanner, when its content was erased or is missing; NotYours when it is
    quarantined: then nobody gets it.
    """
    if stored.scan == Scan.INFECTED:
        raise NotYours(_("文件含有恶意内容，已经隔离，任何人都不能下载"))
    if stored.scan == Scan.WAITING:
        raise WrongMoment(_("文件正在等待安全检查，检查后才能下载"))
    if not stored.key:
        raise WrongMoment(_("文件内容已按保存期限销毁"))
    found = content(stored)
    if found is None:
        log.error("the content of stored file %s is missing or damaged", stored.public_id)
        raise WrongMoment(_("文件内容读不出来，请联系系统管理员"))
    return found


def answer(stored: StoredFile) -> HttpResponseBase:
    """The file, for a reader who may have it. A download unless it is a bitmap; never kept by a proxy.

    Raises what `opened` raises.
    """
    file, kind = opened(stored), stored.of_kind
    if settings.FILES_ACCEL:
        file.close()
        response: HttpResponseBase = HttpResponse(content_type=kind.media)
        response["X-Accel-Redirect"] = f"{settings.FILES_ACCEL}{stored.key[:2]}/{stored.key}"
    else:
        response = FileResponse(file, content_type=kind.media)
        response["Content-Length"] = str(stored.size)
    disposition = content_disposition_header(not kind.inline, stored.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["Cache-Control"] = "private, no-store"
    return harmless(response)


def harmless(response: HttpResponseBase) -> HttpResponseBase:
    """The answer under the headers of everything that is drawn from a file."""
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
