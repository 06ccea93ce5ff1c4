"""The documents of this actor: the list as it is filtered, and one of them. Who may read which the systems say."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from documents.enums import DocumentKind, DocumentStatus
from documents.models import Document
from foundation.errors import NotVisible
from foundation.texts import storable
from parties.roles import ADMIN_ROLES
from workflow.actor import Actor
from workflow.calendar import ZONE

PARAMETERS = ("q", "kind", "status", "year")
LONGEST = 60  # characters that are searched for
YEARS = 10  # that can be chosen


def reads_documents(actor: Actor) -> bool:
    """Whether there may be any document for this post; administrators see the content of none."""
    return actor.post is not None and actor.role not in ADMIN_ROLES


def found(actor: Actor, chosen: Any) -> QuerySet[Document]:
    """What the actor may read and these filters leave, the newest first; a filter nobody offers counts for nothing."""
    rows = Document.objects.visible_to(actor)
    if (kind := chosen.get("kind", "")) in DocumentKind.values:
        rows = rows.filter(kind=kind)
    if (status := chosen.get("status", "")) in DocumentStatus.values:
        rows = rows.filter(status=status)
    if (year := chosen.get("year", "")) in years(actor):
        rows = rows.filter(year=int(year))
    words = chosen.get("q", "").strip()[:LONGEST]
    if words and storable(words):
        rows = rows.filter(Q(number__icontains=words) | Q(title__icontains=words))
    return rows.defer("content").select_related("job").order_by("-id")


def document_of(actor: Actor, public_id: UUID) -> Document:
    """Raises NotVisible."""
    rows = Document.objects.visible_to(actor).defer("content").select_related("job", "file")
    document = rows.filter(public_id=public_id).first()
    if document is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return document


def years(actor: Actor) -> list[str]:
    return [str(actor.now.astimezone(ZONE).year - back) for back in range(YEARS)]


class Filters(forms.Form):
    """The boxes of the filter bar; what they mean is read by `found`."""

    def __init__(self, actor: Actor, chosen: Any) -> None:
        super().__init__(initial={name: chosen.get(name, "") for name in PARAMETERS})
        hint = forms.TextInput(attrs={"placeholder": _("文号、题名"), "maxlength": str(LONGEST)})
        self.fields["q"] = forms.CharField(label=_("关键词"), required=False, widget=hint)
        kinds = [("", _("全部文种")), *DocumentKind.choices]
        self.fields["kind"] = forms.ChoiceField(label=_("文种"), required=False, choices=kinds)
        statuses = [("", _("全部")), *DocumentStatus.choices]
        self.fields["status"] = forms.ChoiceField(label=_("状态"), required=False, choices=statuses)
        all_years = [("", _("全部年份")), *((year, year) for year in years(actor))]
        self.fields["year"] = forms.ChoiceField(label=_("年份"), required=False, choices=all_years)
