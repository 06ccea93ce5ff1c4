"""The list of documents: for a platform office its register, for everybody else what they may read."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.pages.documents.finding import PARAMETERS, Filters, found
from config.pages.documents.samples import sees_samples
from config.pages.documents.words import looks
from foundation.keyset import keyset_page
from parties.roles import OFFICE_ROLES

PAGE = 30


@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    """The documents that meet the filters, the newest first; one statement."""
    actor, chosen = request.actor, request.GET
    page = keyset_page(found(actor, chosen), after=chosen.get("after", ""), size=PAGE)
    return render(
        request,
        "documents/list.html",
        {
            "is_office": actor.role in OFFICE_ROLES,
            "makes_samples": sees_samples(actor),
            "filters": Filters(actor, chosen),
            "all_filters": "all" in chosen,
            "rows": [{"document": row, "looks": looks(row, actor.now)} for row in page.rows],
            "next": page.next,
            "first": page.first,
            "asked": urlencode({name: value for name in PARAMETERS if (value := chosen.get(name, ""))}),
        },
    )
