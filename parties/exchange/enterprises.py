"""Enterprises, by their credit code. Thousands at a time, so they are written together."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parties import credit_code, rights
from parties.by import By
from parties.changes.keeping import differing
from parties.changes.many import insert_many, update_many
from parties.exchange.columns import Column, choice, code, phone, text
from parties.exchange.entries import EntryKind, district_column, districts_by_name, labels
from parties.exchange.kinds import held, said_twice
from parties.exchange.lines import Line
from parties.models import Enterprise
from parties.models.visibility import reachable


class Enterprises(EntryKind):
    code = "enterprises"
    page = ("directory:list", "enterprises")
    order = 10
    label = gettext_lazy("企业")
    hint = gettext_lazy("按统一社会信用代码新增或修改企业")
    key = "credit_code"
    model = Enterprise
    takes_made_characters = True
    fields = (
        "credit_code",
        "name",
        "short_name",
        "district",
        "industry",
        "size",
        "address",
        "contact_name",
        "contact_phone",
        "code_reason",
    )

    @property
    def choices(self) -> dict[str, dict[str, str]]:  # type: ignore[override]
        return {"size": labels(Enterprise.Size)}

    def may(self, by: By) -> bool:
        return rights.may_add(Enterprise, by)

    def columns(self) -> tuple[Column, ...]:
        sizes = self.choices["size"]
        return (
            Column(
                "credit_code",
                "统一社会信用代码",
                code,
                required=True,
                example="91350100M000100Y43",
                note=_("18 位；小写会改为大写。同一代码已登记的就是修改"),
                width=24,
            ),
            Column("name", "企业名称", text, required=True, example="示例能源有限公司", width=36),
            Column("short_name", "简称", text),
            district_column(),
            Column("industry", "行业", text, example="煤化工"),
            Column("size", "规模", choice(sizes), example=sizes["MEDIUM"], choices=tuple(sizes.values())),
            Column("address", "地址", text, width=36),
            Column("contact_name", "联系人", text),
            Column("contact_phone", "联系电话", phone, example="0477-8580000", width=20),
            Column(
                "code_reason",
                "校验位不符理由",
                text,
                note=_("代码最后一位校验不符、核对执照无误时填写；其他情况留空"),
                width=24,
            ),
        )

    def examine(self, lines: Sequence[Line], by: By, before: dict[Any, Any]) -> None:
        """Three statements."""
        districts = districts_by_name()
        codes = [line.values["credit_code"] for line in lines]
        said_twice(lines, "credit_code", before, codes, _("代码与第 %(row)s 行相同"))
        there = held(Enterprise.objects.filter(credit_code__in=codes).order_by("pk"), of=("self",))
        firms = {firm.credit_code: firm for firm in there}
        by_key = {district.pk: district for district in districts.values()}
        for line in lines:
            line.found = firms.get(line.values["credit_code"])
            if line.found is not None:
                line.found.district = by_key[line.found.district_id]
                line.standing = self.said(line.found)
            self._check_code(line)
            line.made["given"] = self.given(line, districts)
            self.check_fields(line, by, but=("credit_code",))
            self.check_rights(line, by)
        self.check_names(lines, before)

    def _check_code(self, line: Line) -> None:
        """A wrong check digit needs a reason; a right one has none."""
        if line.bad("credit_code"):
            return
        typed, reason = line.values["credit_code"], line.get("code_reason")
        verdict = credit_code.check(typed)
        if verdict == credit_code.Verdict.VALID:
            if line.values.get("code_reason"):
                line.values["code_reason"] = ""
        elif verdict == credit_code.Verdict.WRONG_CHECK_DIGIT and reason:
            line.warnings.append(_("校验位不符，按所写理由登记"))
        elif verdict == credit_code.Verdict.WRONG_CHECK_DIGIT:
            line.problem(
                "credit_code", _("最后一位校验码不符，多半有一位抄错；核对执照无误的，请填“校验位不符理由”一列")
            )
        else:
            line.problem("credit_code", credit_code.sentence(typed))

    def write(self, lines: Sequence[Line], by: By, *, note: str) -> None:
        """Seven statements for new firms and two for changed ones, however many."""
        insert_many([Enterprise(**line.made["given"]) for line in lines if line.found is None], by)
        changed = [line for line in lines if line.found is not None]
        values = [differing(line.found, line.made["given"]) for line in changed]
        update_many([line.found for line in changed], values, by)

    def everything(self, by: By) -> Iterator[dict[str, str]]:
        firms = Enterprise.objects.filter(reachable(by), active=True).select_related("district").order_by("credit_code")
        for firm in firms.iterator(chunk_size=2000):
            yield self.said(firm)

    def name_of(self, line: Line) -> str:
        return line.get("name") or line.get("credit_code")
