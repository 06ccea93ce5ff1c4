"""Organisations by the names under which tables know them: credit code, code of a department, else the name."""

from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from foundation.errors import Refused
from parties.exchange.columns import code
from parties.models import Department, Enterprise, Office, Organisation
from parties.post_rules import Place


class Places:
    """The organisations that a table names, and those given; four statements, however many."""

    def __init__(self, named: Collection[str], given: Iterable[Organisation]) -> None:
        spelt = {*named, *(code(name) for name in named)} - {""}
        wanted = {organisation.pk for organisation in given}
        self._codes: dict[int, str] = {}
        self._found: dict[str, list[Organisation]] = {}
        for firm in Enterprise.objects.filter(credit_code__in=spelt) | Enterprise.objects.filter(pk__in=wanted):
            self._add(firm, firm.credit_code)
        for department in Department.objects.filter(code__in=spelt) | Department.objects.filter(pk__in=wanted):
            self._add(department, department.code)
        for organisation in Organisation.objects.filter(name__in=spelt).order_by("pk"):
            self._found.setdefault(organisation.name, []).append(organisation)
        offices = list(Office.objects.all())  # a city has a few dozen
        self._kinds = {office.pk: office.office_kind for office in offices}
        self._platforms = {o.serves_id: o.pk for o in offices if o.office_kind == Office.OfficeKind.PLATFORM}
        self._all = {o.pk: o for found in self._found.values() for o in found}

    def _add(self, organisation: Organisation, its_code: str) -> None:
        self._codes[organisation.pk] = its_code
        self._found.setdefault(its_code, []).append(organisation)

    def find(self, name: str) -> Organisation:
        """The one active organisation of this name or code. Raises Refused."""
        found = {o.pk: o for spelling in (name, code(name)) for o in self._found.get(spelling, ()) if o.active}
        if not found:
            raise Refused("organisation", _("没有启用的组织用这个代码或名称"))
        if len(found) > 1:
            raise Refused("organisation", _("有几个组织都用这个名称，请填代码"))
        return next(iter(found.values()))

    def name_of(self, organisation: Organisation) -> str:
        """Under which it is written out, and found again."""
        return self._codes.get(organisation.pk, organisation.name)

    def place(self, organisation_id: int) -> Place:
        """What the rules of posts ask of it."""
        organisation = self._all[organisation_id]
        kind = self._kinds.get(organisation_id, organisation.kind)
        firm = organisation.kind == Organisation.Kind.ENTERPRISE
        return Place(organisation_id, kind, self._platforms.get(organisation.district_id) if firm else None)
