"""The lists of the directory as they can be taken out: every kind with what its list and its pages say.

How to reach a firm, a department or a person is empty for readers who do not learn it.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from config.pages.directory import words
from config.pages.directory.finding import kind_of
from config.pages.directory.lists import Filters
from parties.directory import KINDS, Kind, found
from parties.fields import FIELDS, REACHED
from parties.labels import label_of
from parties.models import User
from parties.models.visibility import sees_all
from workflow.actor import Actor
from workflow.registry import ExportableList, ExportColumn, ExportPart, ExportRequest

WIDTHS = {"name": 36, "short_name": 20, "credit_code": 22, "address": 40, "code_reason": 30}
label = lazy(label_of, str)


def _entries(slug: str, actor: Actor, query: QueryDict) -> ExportRequest:
    kind = kind_of(slug, actor)
    return ExportRequest([ExportPart(found(kind, actor, query))], said=_said(kind, query))


def _said(kind: Kind, query: QueryDict) -> list[str]:
    """The filters in words, those that are set."""
    boxes = Filters(kind, query).fields
    told = []
    for name, box in boxes.items():
        if value := query.get(name, ""):
            value = str(dict(getattr(box, "choices", ())).get(value, value))
            told.append(gettext("%(label)s：%(value)s") % {"label": box.label, "value": value})
    return told


def _value(name: str) -> Callable[[Any, Actor], Any]:
    """A field of an entry as its page says it; days stay days."""

    def value(entry: Any, actor: Actor) -> Any:
        kept = getattr(entry, name)
        if kept is None or isinstance(kept, date):
            return kept
        said = words.value_of(entry, name)
        return getattr(said, "name", said)

    return value


def _reached(name: str) -> Callable[[Any, Actor], Any]:
    return lambda entry, actor: None if words.contact(entry, actor) is None else getattr(entry, name)


def _columns(kind: Kind) -> tuple[ExportColumn, ...]:
    fields = {name: kind.model._meta.get_field(name) for name in ("name", *words.FACTS[kind.model])}
    reached = {name: kind.model._meta.get_field(name) for name in REACHED if name in FIELDS[kind.model]}
    return (
        *(ExportColumn(name, label(field), _value(name), WIDTHS.get(name, 16)) for name, field in fields.items()),
        *(ExportColumn(name, label(field), _reached(name), WIDTHS.get(name, 16)) for name, field in reached.items()),
        STANDING,
    )


STANDING = ExportColumn("standing", _("状态"), lambda entry, actor: words.standing(entry)[0])
PEOPLE = (
    ExportColumn("name", _("姓名"), lambda person, actor: person.name),
    ExportColumn("posts", _("岗位"), words.posts_words, 50),
    ExportColumn("phone", _("电话"), lambda person, actor: words.phone_of(person, actor)[0], 20),
    ExportColumn("email", _("电子邮箱"), lambda person, actor: words.phone_of(person, actor)[1], 28),
    ExportColumn("account", _("账号"), lambda person, actor: person.username if sees_all(actor) else None),
    STANDING,
)
TITLES = {
    "enterprises": _("企业名录"),
    "party-organisations": _("企业党组织名录"),
    "departments": _("政府部门名录"),
    "offices": _("办公室名录"),
    "industry-committees": _("行业党委名录"),
    "alliances": _("联盟名录"),
    "people": pgettext_lazy("directory", "人员名录"),
}


def _list(kind: Kind) -> ExportableList:
    return ExportableList(
        name=f"directory-{kind.slug}",
        title=TITLES[kind.slug],
        page="directory:list",
        of=(kind.slug,),
        ask=partial(_entries, kind.slug),
        parameters=("q", *kind.filters),
        columns=PEOPLE if kind.model is User else _columns(kind),
    )


LISTS = tuple(_list(kind) for kind in KINDS.values())
