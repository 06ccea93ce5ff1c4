"""The duty list by table, by the code of the matter. The checked table is the draft: nothing of it is in force before
an administrator has confirmed it with the basis of the change, and then each changed matter has another version.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cases.demands.adoption import may_adopt
from cases.demands.duties.changes import (
    CODE,
    Wording,
    add_item,
    change_item,
    check,
    taken_apart,
)
from cases.demands.enums import Klass
from cases.demands.models import Category, DutyItem
from foundation.errors import Refused
from foundation.sheets.model import Verdict
from parties.by import By
from parties.exchange.columns import Column, choice, code, long_text, names, parts, plain_code, text
from parties.exchange.entries import labels
from parties.exchange.kinds import Kind, held, row_by_row, said_twice
from parties.exchange.lines import Line
from parties.models import Department

SOURCE_LATER = "—"  # the basis is asked for when the table is confirmed


class DutyList(Kind):
    code = "duties"
    page = ("demands:duties",)
    order = 50
    label = gettext_lazy("职责清单")
    hint = gettext_lazy("按编号新增事项，或给已有事项写一个新版本；生效中的版本不改写，停用的事项会重新启用")
    asks = pgettext_lazy("import", "变更依据")
    key = "code"

    def may(self, by: By) -> bool:
        return may_adopt(by)  # type: ignore[arg-type]

    def columns(self) -> tuple[Column, ...]:
        """One statement."""
        rows = list(Category.objects.order_by("sort", "pk").values_list("pk", "name", "active"))
        categories, classes = {pk: name for pk, name, _active in rows}, labels(Klass)
        offered = tuple(name for _pk, name, active in rows if active)
        by_code = _("部门代码，几个之间用顿号隔开")
        return (
            Column("code", "事项编号", code, required=True, example="ENERGY-1", note=_("大写字母、数字和连字符")),
            Column("category", "类别", choice(categories), True, next(iter(offered), ""), choices=offered),
            Column("matter", "事项", text, required=True, example="电力接入协调", width=30),
            Column("law", "法律法规", _law, required=True, example="电力法", width=30),
            Column("article", "条款", text, example="第二十五条", note=_("新增和修改时必填")),
            Column("law_text", "条文", long_text, width=40),
            Column("law_url", "条文网址", plain_code, width=30),
            Column("klass", "通常档次", choice(classes), True, classes["COMPLEX"], choices=tuple(classes.values())),
            Column("owners", "责任部门", names, required=True, example="NYJ", note=by_code, width=30),
        )

    def examine(self, lines: Sequence[Line], by: By, before: dict[Any, Any]) -> None:
        """Four statements."""
        codes = [line.values["code"] for line in lines]
        said_twice(lines, "code", before, codes, _("编号与第 %(row)s 行相同"))
        newest: dict[str, DutyItem] = {}
        items = DutyItem.objects.filter(code__in=codes).select_related("category").prefetch_related("owners")
        for item in held(items.order_by("code", "version"), of=("self",)):
            newest[item.code] = item
        categories = {category.name: category for category in Category.objects.all()}
        owners = {part for line in lines for part in parts(line.values["owners"])}
        departments = _departments(Department.objects.filter(active=True), owners)
        for line in lines:
            line.found = newest.get(line.values["code"])
            line.standing = _said(line.found) if line.found is not None else None
            if not line.bad("code") and not CODE.fullmatch(line.values["code"]):
                line.problem("code", _("编号用大写字母、数字和连字符，2 到 20 个字符"))
            if line.found is not None and not line.found.active:
                line.warnings.append(_("这一事项已停用，导入后重新启用"))
            if line.standing != line.values:
                self._check(line, categories, departments)

    def _check(self, line: Line, categories: dict[str, Category], departments: dict[str, list[Department]]) -> None:
        named = parts(line.values["owners"])
        wrong = [name for name in named if len(departments.get(name, [])) != 1]
        if wrong:
            line.problem("owners", _("没有启用的部门用这个代码或名称：%(names)s") % {"names": "、".join(wrong[:5])})
        owners = {owner.pk: owner for name in named for owner in departments.get(name, [])[:1]}
        if not wrong and named:  # names become codes, so that what is compared is compared alike
            line.values["owners"] = "、".join(sorted(owner.code for owner in owners.values()))
        if line.problems or line.verdict == Verdict.SAME:
            return
        values = {key: line.get(key) for key in ("matter", "law", "article", "law_text", "law_url")}
        classes = {label: value for value, label in labels(Klass).items()}
        wording = Wording(
            category=categories[line.values["category"]],
            klass=classes[line.values["klass"]],
            owners=tuple(owners.values()),
            **values,
        )
        try:
            check(wording, SOURCE_LATER)
        except Refused as refused:
            line.problem(refused.field, refused.sentence)
        line.made["wording"] = wording

    def write(self, lines: Sequence[Line], by: By, *, note: str) -> None:
        """Each by its named function, which writes a version."""

        def one(line: Line) -> None:
            wording: Any = line.made["wording"]
            actor: Any = by
            if line.found is None:
                add_item(line.values["code"], wording, source=note, by=actor)
            else:
                change_item(line.found.code, wording, seen=line.found.version, source=note, by=actor)

        row_by_row(lines, one)

    def everything(self, by: By) -> Iterator[dict[str, str]]:
        items = DutyItem.objects.filter(active=True).select_related("category").prefetch_related("owners")
        for item in items.order_by("code"):
            yield _said(item)

    def name_of(self, line: Line) -> str:
        return line.get("matter") or line.get("code")


def _law(cell: str) -> str:
    """The name of a law without the marks it is cited with."""
    return text(cell).strip("《》")


def _departments(rows: QuerySet[Department], named: set[str]) -> dict[str, list[Department]]:
    """By code and by name; one statement. A name that two departments have is told by none."""
    known: dict[str, list[Department]] = {}
    for department in rows.order_by("pk"):
        for name in {department.code, department.name} & named:
            known.setdefault(name, []).append(department)
    return known


def _said(item: DutyItem) -> dict[str, str]:
    """The version as canonical texts; a retired one stands under no code, so that naming it again is a change."""
    law, article = (item.law, item.article) if item.law else taken_apart(item.legal_basis)
    said = {
        "code": item.code,
        "category": item.category.name,
        "matter": item.matter,
        "law": _law(law),
        "article": article,
        "law_text": item.law_text,
        "law_url": item.law_url,
        "klass": labels(Klass)[item.klass],
        "owners": "、".join(sorted(owner.code for owner in item.owners.all())),
    }
    return said if item.active else said | {"code": ""}
