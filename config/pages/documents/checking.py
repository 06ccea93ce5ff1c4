"""The public page: whether a document is ours and what it is worth, by the code under its QR code or by its file.

Nobody needs to be signed in. It tells what documents.verification tells and nothing else; a link to the document
itself stands there for whoever is signed in and may read it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from config.pages.documents.uploads import HashedFile, HashingUploads
from config.pages.documents.words import WORTH
from documents.models import Document
from documents.verification import Verified, find_by_code, find_by_file
from foundation.files.receiving import BESIDE, largest
from foundation.texts import storable
from parties.sign_in import limits
from parties.sign_in.addresses import address_of

View = Callable[..., HttpResponse]
LONGEST = 200  # characters of what is typed; a whole address is taken too


def public(view: View) -> View:
    """Open to everybody, not for search engines, never kept, and asked so often from one address only."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if wait := limits.take(limits.VERIFY, now=request.now, address=address_of(request)):
            response = _page(request, status=429, too_often=limits.sentence(wait))
            response["Retry-After"] = str(wait)
        else:
            response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return login_not_required(never_cache(limited))


@public
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """The two ways to check a document; a code that was typed leads to its page."""
    if "code" not in request.GET:
        return _page(request)
    typed = request.GET["code"].strip()[:LONGEST]
    found = find_by_code(_code_in(typed)) if storable(typed) else None
    if found is not None:
        return redirect("verified", found.code)
    said = _("没有这个核验码的文书，请核对后再输入一次") if typed else _("请输入核验码，或者扫二维码得到的网址")
    # A link with an empty code is no mistake of whoever follows it.
    return _page(request, status=422 if typed else 200, typed=typed, code_error=said)


def _code_in(typed: str) -> str:
    """The code of a whole address as a phone reads it, or what was typed without the blanks between its groups."""
    return "".join(typed.rstrip("/").rpartition("/")[2].split())


@public
@require_safe
def verified(request: HttpRequest, code: str) -> HttpResponse:
    """What the document behind this code is worth today; 404 with a way on when there is none."""
    found = find_by_code(code)
    if found is None:
        return render(request, "documents/unknown.html", status=404)
    return _verdict(request, found)


# The hand that takes files must be chosen before anything of the request is read, so the token is looked for inside.
@csrf_exempt
@public
@require_http_methods(["GET", "HEAD", "POST"])
def verify_file(request: HttpRequest) -> HttpResponse:
    """Whether the file somebody sends is, byte for byte, one that was issued here. Nothing of it is kept."""
    if request.method != "POST":
        return redirect("verify")
    if _length_of(request) > largest() + BESIDE:
        return _file_refused(request, _too_large())
    request.upload_handlers = [HashingUploads(request)]
    return _checked(request)


@csrf_protect
def _checked(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if not isinstance(file, HashedFile) or not file.size:
        return _file_refused(request, _("请选择要核对的 PDF 文件"))
    if file.size > largest():
        return _file_refused(request, _too_large())
    if not file.is_pdf:
        return _file_refused(request, _("这不是 PDF 文件。请选择收到的 PDF 原件，照片、扫描件和截图不能核对"))
    found = find_by_file(file.sha256)
    if found is None:
        return _page(request, foreign=file.sha256)
    return _verdict(request, found, matched=True)


def _length_of(request: HttpRequest) -> int:
    """Bytes of the body as the request says them, 0 when it says nothing that can be read: then nothing is read."""
    said = request.META.get("CONTENT_LENGTH") or ""
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 20 else 0


def _too_large() -> str:
    return _("文件超过 %(n)s MB，不会是本系统出具的文书") % {"n": settings.FILES_LARGEST}


def _file_refused(request: HttpRequest, sentence: str) -> HttpResponse:
    return _page(request, status=422, file_error=sentence)


def _page(request: HttpRequest, *, status: int = 200, **said: str) -> HttpResponse:
    context = {"typed": "", "code_error": "", "file_error": "", "too_often": "", "foreign": "", **said}
    return render(request, "documents/verify.html", context, status=status)


def _verdict(request: HttpRequest, found: Verified, *, matched: bool = False) -> HttpResponse:
    context = {
        "found": found,
        "look": WORTH[found.status],
        "matched": matched,
        "document": _of_reader(request, found),
        "address": request.build_absolute_uri(reverse("verified", args=[found.code])),
    }
    return render(request, "documents/verified.html", context)


def _of_reader(request: HttpRequest, found: Verified) -> Document | None:
    """The document itself, for whoever is signed in and may read it."""
    if not request.user.is_authenticated:
        return None
    return Document.objects.visible_to(request.actor).filter(code=found.code).only("public_id").first()
