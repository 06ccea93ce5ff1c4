"""Departments, by their code."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parties import rights
from parties.by import By
from parties.changes import add_department, change_department, seen_of
from parties.changes.departments import CODE
from parties.exchange.columns import Column, phone, plain_code, text
from parties.exchange.entries import EntryKind, district_column, districts_by_name
from parties.exchange.kinds import held, row_by_row, said_twice
from parties.exchange.lines import Line
from parties.models import Department


class Departments(EntryKind):
    code = "departments"
    page = ("directory:list", "departments")
    order = 30
    label = gettext_lazy("政府部门")
    hint = gettext_lazy("按部门代码新增或修改政府部门")
    key = "code"
    model = Department
    fields = ("code", "name", "short_name", "district", "address", "contact_name", "contact_phone")

    def may(self, by: By) -> bool:
        return rights.may_add(Department, by)

    def columns(self) -> tuple[Column, ...]:
        note = _("字母、数字和连字符，最多 20 个字符。同一代码已登记的就是修改")
        return (
            Column("code", "部门代码", plain_code, required=True, example="NYJ", note=note),
            Column("name", "部门名称", text, required=True, example="市能源局", width=30),
            Column("short_name", "简称", text),
            district_column(),
            Column("address", "地址", text, width=36),
            Column("contact_name", "联系人", text),
            Column("contact_phone", "联系电话", phone, example="0477-8580000", width=20),
        )

    def examine(self, lines: Sequence[Line], by: By, before: dict[Any, Any]) -> None:
        """Three statements."""
        districts = districts_by_name()
        codes = [line.values["code"] for line in lines]
        said_twice(lines, "code", before, codes, _("代码与第 %(row)s 行相同"))
        there = held(Department.objects.filter(code__in=codes).select_related("district").order_by("pk"), of=("self",))
        known = {department.code: department for department in there}
        for line in lines:
            line.found = known.get(line.values["code"])
            line.standing = self.said(line.found) if line.found is not None else None
            if not line.bad("code") and not CODE.fullmatch(line.values["code"]):
                line.problem("code", _("代码用字母、数字和连字符，最多 20 个字符"))
            line.made["given"] = self.given(line, districts)
            self.check_fields(line, by)
            self.check_rights(line, by)
        self.check_names(lines, before)

    def write(self, lines: Sequence[Line], by: By, *, note: str) -> None:
        """Each by its named function: a city has dozens of them."""

        def one(line: Line) -> None:
            given = line.made["given"]
            if line.found is None:
                add_department(by=by, **given)
            else:
                change_department(line.found, by=by, seen=seen_of(line.found), **given)

        row_by_row(lines, one)

    def everything(self, by: By) -> Iterator[dict[str, str]]:
        for department in Department.objects.filter(active=True).select_related("district").order_by("code"):
            yield self.said(department)

    def name_of(self, line: Line) -> str:
        return line.get("name") or line.get("code")
