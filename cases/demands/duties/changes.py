"""Changes of the duty list: a new matter, another version of one, one that is retired. Nothing is edited in place.

A version takes effect at the moment it is adopted: a demand that is dispatched afterwards goes by it, and one that was
dispatched before keeps the version it was dispatched under.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases.demands.adoption import for_administrators, post_text
from cases.demands.enums import Klass
from cases.demands.models import Category, DutyItem, DutyOwner
from foundation.errors import Changed, NotVisible, Refused, WrongMoment
from parties.models import Department
from workflow.actor import Actor
from workflow.calendar import ZONE

CITED = re.compile(r"(《[^《》]+》)(.+)")
CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
LONGEST = {"matter": 80, "law": 120, "article": 60, "law_text": 4000, "law_url": 300, "source": 1000}
LONGEST_BASIS = 200
MOST_OWNERS = 10


@dataclass(frozen=True)
class Wording:
    """What a version says."""

    category: Category
    matter: str
    law: str
    article: str
    klass: str
    owners: Sequence[Department]
    law_text: str = ""
    law_url: str = ""

    @property
    def legal_basis(self) -> str:
        """“《电力法》第二十五条”."""
        return f"{quoted(self.law)}{self.article}"


def quoted(law: str) -> str:
    """The name of a law in the marks it is cited with."""
    return f"《{law.strip('《》')}》"


def taken_apart(legal_basis: str) -> tuple[str, str]:
    """Law and article of a citation; what cannot be told apart is all law."""
    cited = CITED.fullmatch(legal_basis)
    return (cited[1], cited[2]) if cited else (legal_basis, "")


def newest(code: str) -> DutyItem | None:
    """The last version of a matter, in force or not."""
    return DutyItem.objects.filter(code=code).order_by("-version").first()


def add_item(code: str, wording: Wording, *, source: str, by: Actor) -> DutyItem:
    """The matter is on the duty list, in its first version. Raises NotYours and Refused."""
    for_administrators(by)
    code = code.strip().upper()
    if not CODE.fullmatch(code):
        raise Refused("code", _("编号用大写字母、数字和连字符，2 到 20 个字符"))
    if DutyItem.objects.filter(code=code).exists():
        raise Refused("code", _("这个编号已经用过"))
    check(wording, source)
    try:
        with transaction.atomic():
            return _write(code, 1, wording, source=source, by=by)
    except IntegrityError as error:
        raise Refused("code", _("这个编号已经用过")) from error


def change_item(code: str, wording: Wording, *, seen: int, source: str, by: Actor) -> DutyItem:
    """The matter is in force as this says, in a version of its own; one that was retired is in force again.

    `seen` is the newest version the person had before their eyes. Raises NotYours, NotVisible, Changed and Refused.
    """
    for_administrators(by)
    check(wording, source)
    with transaction.atomic():
        old = _held(code, seen)
        if not differs(old, wording):
            raise Refused("", _("没有改动任何内容"))
        if old.active:
            _end(old, by)
        try:
            with transaction.atomic():
                return _write(code, old.version + 1, wording, source=source, by=by)
        except IntegrityError as error:
            raise _overtaken(newest(code)) from error


def retire_item(code: str, *, seen: int, because: str, by: Actor) -> DutyItem:
    """The matter is no longer on the list: nothing new is dispatched under it. Raises as `change_item`."""
    for_administrators(by)
    if not because.strip():
        raise Refused("because", _("请写明停用原因"))
    with transaction.atomic():
        item = _held(code, seen)
        if not item.active:
            raise WrongMoment(_("这一事项已经停用"))
        item.retired_because, item.retired_as, item.retired_at = because.strip(), post_text(by), by.now
        _end(item, by)
        return item


def _held(code: str, seen: int) -> DutyItem:
    """The newest version, locked, if it is the one the person saw."""
    item = DutyItem.objects.select_for_update(of=("self",)).filter(code=code).order_by("-version").first()
    if item is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    if item.version != seen:
        raise _overtaken(item)
    return item


def _overtaken(item: DutyItem | None) -> Changed:
    return Changed(
        _("这一事项刚刚有了第 %(version)s 版（%(who)s）。请看过再改。")
        % {"version": item.version if item else 0, "who": (item.adopted_as if item else "") or "—"}
    )


def _end(item: DutyItem, by: Actor) -> None:
    item.active, item.effective_to = False, by.now.astimezone(ZONE).date()
    item.save(update_fields=["active", "effective_to", "retired_because", "retired_as", "retired_at"])


def _write(code: str, version: int, wording: Wording, *, source: str, by: Actor) -> DutyItem:
    item = DutyItem.objects.create(
        code=code,
        version=version,
        category=wording.category,
        matter=wording.matter.strip(),
        legal_basis=wording.legal_basis,
        klass=wording.klass,
        law=quoted(wording.law),
        article=wording.article.strip(),
        law_text=wording.law_text.strip(),
        law_url=wording.law_url.strip(),
        effective_from=by.now.astimezone(ZONE).date(),
        source=source.strip(),
        adopted_by_id=by.user_id,
        adopted_as=post_text(by),
        adopted_at=by.now,
    )
    for owner in wording.owners:  # one by one: the field history hears of each
        DutyOwner.objects.create(duty_item=item, department=owner)
    return item


def check(wording: Wording, source: str) -> None:
    """Raise Refused for the first thing that no version may say."""
    if not wording.category.active:
        raise Refused("category", _("这个类别已停用"))
    for field, empty in (
        ("matter", _("请写明事项")),
        ("law", _("请写明法律法规名称")),
        ("article", _("请写明条款")),
    ):
        if not getattr(wording, field).strip():
            raise Refused(field, empty)
    for field in ("matter", "law", "article", "law_text", "law_url"):
        if len(getattr(wording, field).strip()) > LONGEST[field]:
            raise Refused(field, _("最多 %(n)s 个字") % {"n": LONGEST[field]})
    if len(wording.legal_basis) > LONGEST_BASIS:
        raise Refused("law", _("最多 %(n)s 个字") % {"n": LONGEST_BASIS})
    _check_url(wording.law_url.strip())
    if wording.klass not in Klass.values:
        raise Refused("klass", _("请选择档次"))
    _check_owners(wording.owners)
    if not source.strip():
        raise Refused("source", _("请写明变更依据"))


def _check_owners(owners: Sequence[Department]) -> None:
    if not owners:
        raise Refused("owners", _("请选择责任部门"))
    if len(owners) > MOST_OWNERS:
        raise Refused("owners", _("责任部门最多 %(n)s 个") % {"n": MOST_OWNERS})
    if any(not owner.active for owner in owners):
        raise Refused("owners", _("所选部门有已停用的"))


def _check_url(address: str) -> None:
    if not address:
        return
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError as error:
        raise Refused("law_url", _("请填写以 http:// 或 https:// 开头的网址")) from error


def as_said(item: DutyItem) -> dict[str, Any]:
    """What a version says, field by field, to be compared. The citation stands where it has not been taken apart."""
    return {
        "category": item.category_id,
        "matter": item.matter,
        "legal_basis": item.legal_basis,
        "law_text": item.law_text,
        "law_url": item.law_url,
        "klass": item.klass,
        "owners": item.owner_ids,
    }


def as_worded(wording: Wording) -> Mapping[str, Any]:
    """The same of a wording that is no version yet."""
    return {
        "category": wording.category.pk,
        "matter": wording.matter.strip(),
        "legal_basis": wording.legal_basis,
        "law_text": wording.law_text.strip(),
        "law_url": wording.law_url.strip(),
        "klass": wording.klass,
        "owners": frozenset(owner.pk for owner in wording.owners),
    }


def differs(item: DutyItem, wording: Wording) -> bool:
    """Whether this says something else than the version, or puts a retired matter in force again."""
    return not item.active or as_said(item) != as_worded(wording)
