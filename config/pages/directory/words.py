"""How entries of the directory read: the columns of their lists, and the lines of their pages. No statement runs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from parties.directory import Kind
from parties.fields import COUNTED, REACHED
from parties.labels import label_of
from parties.models import Alliance, Department, Enterprise, IndustryCommittee, Office, PartyOrganisation, User
from parties.models.visibility import is_official, sees_all, sees_contact, sees_phone
from parties.roles import Role
from workflow.actor import Actor
from workflow.templatetags.workflow_words import long_day

Cell = Callable[[Any, Actor], Any]


@dataclass(frozen=True)
class Column:
    """One column of a list: its head, what stands in it, and how it looks on a phone."""

    label: Any
    cell: Cell
    style: str = "c-more"


def posts_words(person: User, by: Actor) -> str:
    """“市能源局 · 承办人” for every post that this reader sees."""
    return post_words(person.shown_posts)  # type: ignore[attr-defined]


def post_words(posts: Iterable[Any]) -> str:
    """The same of these posts, whose organisations are loaded."""
    return _("；").join(f"{post.organisation.name} · {Role(post.role).label}" for post in posts)


def phone_of(person: User, by: Actor) -> tuple[str, str]:
    """Telephone and e-mail of a person with their posts; both empty for those who do not learn them."""
    held = {post.organisation_id for post in person.shown_posts}  # type: ignore[attr-defined]
    return (person.phone, person.email) if sees_phone(by, held) else ("", "")


DISTRICT = Column(gettext_lazy("旗区"), lambda entry, by: entry.district.name if entry.district else "")
COLUMNS: dict[type[Any], tuple[Column, ...]] = {
    Enterprise: (
        Column(gettext_lazy("统一社会信用代码"), lambda entry, by: entry.credit_code, "c-more num"),
        DISTRICT,
        Column(gettext_lazy("行业"), lambda entry, by: entry.industry),
        Column(gettext_lazy("规模"), lambda entry, by: entry.get_size_display()),
    ),
    PartyOrganisation: (
        Column(gettext_lazy("类别"), lambda entry, by: entry.get_kind_display()),
        Column(gettext_lazy("组建方式"), lambda entry, by: entry.get_formation_display()),
        DISTRICT,
        Column(gettext_lazy("党员"), lambda entry, by: entry.full_members + entry.probationary_members),
    ),
    Department: (
        Column(gettext_lazy("代码"), lambda entry, by: entry.code, "c-more num"),
        DISTRICT,
        Column(gettext_lazy("联系电话"), lambda entry, by: entry.contact_phone if is_official(by) else ""),
    ),
    Office: (
        Column(gettext_lazy("类别"), lambda entry, by: entry.get_office_kind_display()),
        Column(gettext_lazy("服务的旗区"), lambda entry, by: entry.serves.name),
    ),
    IndustryCommittee: (
        Column(gettext_lazy("行业"), lambda entry, by: entry.industry),
        Column(gettext_lazy("主管部门"), lambda entry, by: entry.lead_department.name if entry.lead_department else ""),
        DISTRICT,
    ),
    Alliance: (DISTRICT,),
    User: (
        Column(gettext_lazy("岗位"), posts_words),
        Column(gettext_lazy("电话"), lambda entry, by: phone_of(entry, by)[0], "c-more num"),
    ),
}


def columns(kind: Kind) -> tuple[Column, ...]:
    """The columns of the list of this kind, after the name."""
    return COLUMNS[kind.model]


def is_active(entry: Any) -> bool:
    """Whether the entry is in use, whatever its kind calls that."""
    return entry.is_active if isinstance(entry, User) else entry.active


def standing(entry: Any) -> tuple[str, str, str]:
    """Whether the entry is in use, as words, tint and drawing of a badge."""
    if is_active(entry):
        return pgettext("directory", "启用"), "green", "check"
    return pgettext("directory", "已停用"), "grey", "arch"


def facts(entry: Any, by: Actor) -> list[tuple[str, Any]]:
    """What the page says of the entry to everybody who sees it, as names and values; nothing that is empty."""
    if isinstance(entry, User):
        phone, email = phone_of(entry, by)
        account = entry.username if sees_all(by) else ""
        return _said((_("账号"), account), (_("电话"), phone), (_("电子邮箱"), email))
    return _said(*((label_of(entry._meta.get_field(name)), value_of(entry, name)) for name in FACTS[type(entry)]))


FACTS: dict[type[Any], tuple[str, ...]] = {
    Enterprise: ("short_name", "credit_code", "code_reason", "district", "industry", "size"),
    Department: ("short_name", "code", "district"),
    Office: ("short_name", "office_kind", "serves", "district"),
    IndustryCommittee: ("short_name", "industry", "lead_department", "district"),
    Alliance: ("short_name", "district"),
    PartyOrganisation: ("kind", "formation", "district", "superior", *COUNTED),
}


def contact(entry: Any, by: Actor) -> list[tuple[str, Any]] | None:
    """How the firm or department is reached; None for readers who do not learn it, and for kinds that have none."""
    learns = (isinstance(entry, Enterprise) and sees_contact(entry, by)) or (
        isinstance(entry, Department) and is_official(by)
    )
    if not learns:
        return None
    return _said(*((label_of(entry._meta.get_field(name)), getattr(entry, name)) for name in REACHED))


def value_of(entry: Any, name: str) -> Any:
    """The value of a field as it is read."""
    field = entry._meta.get_field(name)
    value = getattr(entry, name)
    if field.choices:
        return dict(field.flatchoices).get(value, value)
    return long_day(value) if name == "counted_on" and value else value


def _said(*pairs: tuple[str, Any]) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in pairs if value not in ("", None)]
