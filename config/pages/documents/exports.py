"""The list of documents as it can be taken out."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.pages.documents.finding import PARAMETERS, Filters, found
from documents.models import Document
from workflow.actor import Actor
from workflow.registry import ExportableList, ExportColumn, ExportPart, ExportRequest


def _documents(actor: Actor, query: QueryDict) -> ExportRequest:
    told = []
    for name, box in Filters(actor, query).fields.items():
        if value := query.get(name, ""):
            value = str(dict(getattr(box, "choices", ())).get(value, value))
            told.append(gettext("%(label)s：%(value)s") % {"label": box.label, "value": value})
    return ExportRequest([ExportPart(found(actor, query), subject=_subject)], said=told)


def _subject(document: Document) -> tuple[str, int]:
    return document.subject_kind, document.subject_id


def _column(name: str, label: Any, width: int = 16) -> ExportColumn:
    return ExportColumn(name, label, lambda document, actor: getattr(document, name) or None, width)


DOCUMENTS = ExportableList(
    name="documents",
    title=_("文书登记簿"),
    page="documents:list",
    ask=_documents,
    parameters=PARAMETERS,
    columns=(
        _column("number", _("文号"), 28),
        ExportColumn("kind", _("文种"), lambda document, actor: document.get_kind_display()),
        _column("title", _("题名"), 50),
        _column("issuer", _("责任者"), 30),
        _column("issued_on", _("成文日期"), 18),
        _column("version", _("版本"), 8),
        ExportColumn("status", _("状态"), lambda document, actor: document.get_status_display()),
        _column("status_at", _("状态变更时间"), 22),
        _column("status_reason", _("原因"), 40),
        _column("pages", _("页数"), 8),
        _column("signer", _("签名者"), 30),
        _column("content_sha256", _("内容 SHA-256"), 68),
        _column("file_sha256", _("文件 SHA-256"), 68),
    ),
    usual=("number", "kind", "title", "issuer", "issued_on", "version", "status", "pages"),
)
