"""Party organisations of firms: by their number in this system, or by name and district; with the firms they cover
and the mass organisations they lead.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parties import rights
from parties.by import By
from parties.changes import (
    add_party_organisation,
    change_party_organisation,
    cover_firm,
    end_coverage,
    remove_mass_organisation,
    seen_of,
    set_mass_organisation,
)
from parties.changes.keeping import today
from parties.exchange.columns import Column, choice, codes, day, parts, plain_code, text, whole
from parties.exchange.entries import EntryKind, district_column, districts_by_name, labels
from parties.exchange.kinds import held, row_by_row, said_twice
from parties.exchange.lines import Line
from parties.models import (
    District,
    Enterprise,
    IndustryCommittee,
    MassOrganisation,
    PartyCoverage,
    PartyOrganisation,
    User,
)
from parties.models.visibility import reachable

DAY = timedelta(days=1)
SINGLE = PartyOrganisation.Formation.SINGLE
JOINT_BRANCH = PartyOrganisation.Kind.JOINT_BRANCH
# Columns of each kind of mass organisation: who heads it, how many belong to it.
MASS = (
    (MassOrganisation.Kind.UNION, "union"),
    (MassOrganisation.Kind.YOUTH, "youth"),
    (MassOrganisation.Kind.WOMEN, "women"),
    (MassOrganisation.Kind.OTHER, "other"),
)
COUNTS = ("full_members", "probationary_members")


@dataclass
class _Known:
    """What the directory says of whatever these rows name."""

    districts: Mapping[str, District]
    by_number: dict[str, PartyOrganisation] = field(default_factory=dict)
    by_name: dict[tuple[str, str], list[PartyOrganisation]] = field(default_factory=dict)
    covered: dict[int, dict[str, PartyCoverage]] = field(default_factory=dict)
    firms: dict[str, Enterprise] = field(default_factory=dict)
    committees: dict[str, list[IndustryCommittee]] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)


class PartyOrganisations(EntryKind):
    code = "party-organisations"
    page = ("directory:list", "party-organisations")
    order = 20
    label = gettext_lazy("企业党组织")
    hint = gettext_lazy("按名称和旗区（或编号）新增或修改企业党组织、覆盖的企业和群团组织")
    key = "name"
    model = PartyOrganisation
    fields = ("name", "kind", "formation", "district", *COUNTS, "counted_on")

    @property
    def choices(self) -> dict[str, dict[str, str]]:  # type: ignore[override]
        return {"kind": labels(PartyOrganisation.Kind), "formation": labels(PartyOrganisation.Formation)}

    def may(self, by: By) -> bool:
        return rights.may_add(PartyOrganisation, by)

    def columns(self) -> tuple[Column, ...]:
        kinds, formations = self.choices["kind"], self.choices["formation"]
        ours = _("导出时带出；改名称或旗区时靠它认出是哪一个，新增的留空")
        firms = _("统一社会信用代码，几家之间用顿号隔开；今天起按这里所列的覆盖")
        counts = _("留空不改")
        return (
            Column("name", "名称", text, True, "示例能源党支部", width=30),
            Column("kind", "类别", choice(kinds), True, kinds["BRANCH"], choices=tuple(kinds.values())),
            Column("formation", "组建方式", choice(formations), True, "单建", choices=tuple(formations.values())),
            district_column(),
            Column("firms", "覆盖企业", codes, False, "91350100M000100Y43", firms, width=40),
            Column("superior", "上级行业党委", text, note=_("行业党委的名称"), width=24),
            Column("secretary", "书记账号", plain_code),
            Column("full_members", "正式党员", whole, False, "12", counts),
            Column("probationary_members", "预备党员", whole, False, "1", counts),
            Column("counted_on", "人数统计日期", day, False, "2026-10-31"),
            *_mass_columns(),
            Column("number", "编号", plain_code, note=ours, width=36),
        )

    # --- what stands ---

    def examine(self, lines: Sequence[Line], by: By, before: dict[Any, Any]) -> None:
        """Eight statements."""
        known = self._known(lines, by)
        for line in lines:
            line.found = self._find(line, known)
            if line.found is not None:
                covered = known.covered.get(line.found.pk, {})
                line.made["covered"] = covered
                line.standing = self._all(line.found, covered)
            line.keep(*COUNTS, "number")
            line.made["given"] = self.given(line, known.districts)
            self.check_fields(line, by)
            self._check_related(line, known)
            self._check_mass(line)
            self.check_rights(line, by)
        said_twice(
            lines, "name", before, [line.found and line.found.pk for line in lines], _("与第 %(row)s 行是同一个")
        )
        self.check_names(lines, before)

    def _known(self, lines: Sequence[Line], by: By) -> _Known:
        known = _Known(districts_by_name())
        numbers = [number for line in lines if (number := _number(line.values.get("number", "")))]
        named = {line.values["name"] for line in lines}
        rows = PartyOrganisation.objects.filter(Q(public_id__in=numbers) | Q(name__in=named)).order_by("pk")
        rows = rows.select_related("district", "superior", "secretary").prefetch_related("mass_organisations")
        for organisation in held(rows, of=("self",)):
            known.by_number[str(organisation.public_id)] = organisation
            district = organisation.district.name if organisation.district else ""
            known.by_name.setdefault((text(organisation.name), district), []).append(organisation)
        known.covered = _open_coverages(known.by_number.values())
        wanted = {part for line in lines for part in parts(line.values.get("firms", ""))}
        known.firms = {firm.credit_code: firm for firm in Enterprise.objects.filter(credit_code__in=wanted)}
        superiors = {line.values.get("superior", "") for line in lines}
        for committee in IndustryCommittee.objects.filter(name__in=superiors, active=True):
            known.committees.setdefault(committee.name, []).append(committee)
        accounts = {line.values.get("secretary", "") for line in lines}
        known.people = {person.username: person for person in User.objects.filter(username__in=accounts)}
        return known

    def _find(self, line: Line, known: _Known) -> PartyOrganisation | None:
        if typed := line.values.get("number"):
            number = _number(typed)
            if number is None or str(number) not in known.by_number:
                line.problem("number", _("没有这个编号；新增的请留空"))
                return None
            line.values["number"] = str(number)
            return known.by_number[str(number)]
        found = known.by_name.get((line.values["name"], line.values.get("district", "")), [])
        if len(found) > 1:
            line.problem("number", _("这个旗区有几个同名的，请填编号"))
        return found[0] if len(found) == 1 else None

    def _all(self, organisation: PartyOrganisation, covered: Mapping[str, PartyCoverage]) -> dict[str, str]:
        secretary = organisation.secretary.username if organisation.secretary else ""
        superior = organisation.superior.name if organisation.superior else ""
        said = self.said(organisation) | {
            "firms": "、".join(sorted(covered)),
            "superior": superior,
            "secretary": secretary,
            "number": str(organisation.public_id),
        }
        led = {row.kind: row for row in organisation.mass_organisations.all()}
        for kind, key in MASS:
            row = led.get(kind)
            said |= {f"{key}_head": row.head if row else "", f"{key}_members": str(row.members) if row else ""}
        return said

    # --- whether it may become so ---

    def _check_related(self, line: Line, known: _Known) -> None:
        given, changed = line.made["given"], line.changed()
        firms = parts(line.get("firms"))
        if "firms" in changed:
            wrong = [one for one in firms if one not in known.firms or not known.firms[one].active]
            new = [one for one in wrong if one not in line.made.get("covered", {})]
            if new:
                line.problem("firms", _("没有登记或已停用的企业：%(codes)s") % {"codes": "、".join(new[:5])})
            line.made["firms"] = {one: known.firms[one] for one in firms if one in known.firms}
        if given.get("formation") == SINGLE:
            if given.get("kind") == JOINT_BRANCH:
                line.problem("formation", _("联合支部服务几家企业，请选择联建或区域型联建"))
            elif len(firms) > 1:
                line.problem("firms", _("单建的党组织只服务一家企业；覆盖几家的，请选择联建"))
        if "superior" in changed:
            named = line.values["superior"]
            committees = known.committees.get(named, [])
            if named and len(committees) != 1:
                line.problem("superior", _("没有启用的行业党委用这个名称"))
            given["superior"] = committees[0] if len(committees) == 1 else None
        if "secretary" in changed:
            person = known.people.get(line.values["secretary"])
            if line.values["secretary"] and (person is None or not person.is_active):
                line.problem("secretary", _("没有启用的账号叫这个名字"))
            given["secretary"] = person

    def _check_mass(self, line: Line) -> None:
        for _kind, key in MASS:
            head, members = line.get(f"{key}_head"), line.get(f"{key}_members")
            if len(head) > MassOrganisation._meta.get_field("head").max_length:  # type: ignore[operator]
                line.problem(f"{key}_head", _("最多 %(n)s 个字") % {"n": 40})
            if head and not members and f"{key}_members" in line.values and not line.bad(f"{key}_members"):
                line.problem(f"{key}_members", _("填了负责人就要填人数"))

    # --- writing and writing out ---

    def write(self, lines: Sequence[Line], by: By, *, note: str) -> None:
        """Each by the named functions: a city has a few hundred of them."""
        row_by_row(lines, lambda line: self._write(line, by))

    def _write(self, line: Line, by: By) -> None:
        changed, given = line.changed(), line.made["given"]
        if line.found is None:
            organisation = add_party_organisation(by=by, **given)
        else:
            organisation = line.found
            if "firms" in changed:
                self._uncover(line, by)
            organisation = change_party_organisation(organisation, by=by, seen=seen_of(organisation), **given)
        if "firms" in changed:
            for one, firm in line.made["firms"].items():
                if one not in line.made.get("covered", {}):
                    cover_firm(organisation, by=by, enterprise=firm, valid_from=today(by))
        for kind, key in MASS:
            if {f"{key}_head", f"{key}_members"} & changed:
                _write_mass(organisation, kind, line.get(f"{key}_head"), line.get(f"{key}_members"), by)

    def _uncover(self, line: Line, by: By) -> None:
        """Firms that are no longer listed were covered up to yesterday."""
        for one, coverage in line.made["covered"].items():
            if one not in line.made["firms"]:
                end_coverage(coverage, by=by, valid_to=max(coverage.valid_from, today(by) - DAY))

    def everything(self, by: By) -> Iterator[dict[str, str]]:
        rows = PartyOrganisation.objects.filter(reachable(by), active=True, district__isnull=False)
        rows = rows.select_related("district", "superior", "secretary").prefetch_related("mass_organisations")
        organisations = list(rows.order_by("district_id", "name", "pk"))
        covered = _open_coverages(organisations)
        for organisation in organisations:
            yield self._all(organisation, covered.get(organisation.pk, {}))


def _mass_columns() -> Iterator[Column]:
    """Two columns for each kind of mass organisation."""
    names = labels(MassOrganisation.Kind)
    for kind, key in MASS:
        name = names[kind] if kind != MassOrganisation.Kind.OTHER else "其他群团"
        yield Column(f"{key}_head", f"{name}负责人", text)
        yield Column(f"{key}_members", f"{name}人数", whole, note=_("没有这个群团组织的，负责人和人数都留空"))


def _write_mass(organisation: PartyOrganisation, kind: str, head: str, members: str, by: By) -> None:
    if head or members:
        set_mass_organisation(organisation, by=by, kind=kind, head=head, members=int(members or 0))
    else:
        remove_mass_organisation(organisation, by=by, kind=kind)


def _open_coverages(organisations: Any) -> dict[int, dict[str, PartyCoverage]]:
    """By party organisation and credit code, those that have no end; one statement."""
    found: dict[int, dict[str, PartyCoverage]] = {}
    rows = PartyCoverage.objects.filter(party_organisation__in=list(organisations), valid_to=None)
    for row in rows.select_related("enterprise", "party_organisation"):
        firm = row.enterprise
        found.setdefault(row.party_organisation_id, {})[firm.credit_code] = row
    return found


def _number(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
