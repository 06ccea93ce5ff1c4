"""Kinds whose columns are fields of one entry of the directory: what such a row has in common, whatever its kind."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _

from foundation.errors import Refused
from parties import rights
from parties.by import By
from parties.changes.keeping import cleaned
from parties.exchange.columns import Column, choice, text
from parties.exchange.kinds import Kind, held
from parties.exchange.lines import Line
from parties.models import District

MADE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd]")  # private use


@lru_cache(maxsize=50)
def labels(choices: Any) -> dict[str, str]:
    """Value → the one Chinese label that stands in tables, whoever reads them."""
    with translation.override(settings.LANGUAGE_CODE):
        return {value: str(label) for value, label in choices.choices}


def district_column() -> Column:
    """Which district; one statement."""
    known = dict(District.objects.order_by("pk").values_list("pk", "name"))
    return Column(
        "district",
        "所属旗区",
        choice(known),
        required=True,
        example=next(iter(list(known.values())[1:2]), "东胜区"),
        note=_("名称或六位行政区划代码"),
        choices=tuple(known.values()),
    )


class EntryKind(Kind):
    """`model` is what a row is, `fields` the keys of its columns that are fields of it under the same name."""

    model: type[Any]
    fields: tuple[str, ...]
    choices: Mapping[str, Mapping[str, str]] = {}
    takes_made_characters = False  # registers have names with characters they made themselves, and so have their firms

    def said(self, entry: Any) -> dict[str, str]:
        """The fields of the entry as canonical texts."""
        return {key: self._text(key, getattr(entry, key)) for key in self.fields}

    def _text(self, key: str, value: Any) -> str:
        if value is None:
            return ""
        if key in self.choices:
            return self.choices[key].get(value, "")
        if isinstance(value, date):
            return value.isoformat()
        return text(str(getattr(value, "name", value)))

    def given(self, line: Line, districts: Mapping[str, District]) -> dict[str, Any]:
        """The fields of the row as the write functions take them, where the file has them."""
        return {key: self._value(key, line.values[key], districts) for key in self.fields if key in line.values}

    def _value(self, key: str, canonical: str, districts: Mapping[str, District]) -> Any:
        if key == "district":
            return districts.get(canonical)
        if key in self.choices:
            return next((value for value, label in self.choices[key].items() if label == canonical), "")
        field = self.model._meta.get_field(key)
        if isinstance(field, models.DateField):
            return date.fromisoformat(canonical) if canonical else None
        return int(canonical or 0) if isinstance(field, models.IntegerField) else canonical

    def check_fields(self, line: Line, by: By, *, but: Iterable[str] = ()) -> None:
        """A sentence beside each field that the directory would not take."""
        for key, value in line.made["given"].items():
            if key in but or key == "district" or line.bad(key):
                continue
            bare = MADE.sub("□", value) if self.takes_made_characters and isinstance(value, str) else value
            try:
                found = cleaned(self.model, {key: bare}, by=by)
            except Refused as refused:
                line.problem(key, refused.sentence)
                continue
            if bare == value:
                line.made["given"] |= found
            elif key in line.changed():
                line.warnings.append(_("有自造字（外字），在别的电脑上可能显示不出来"))

    def check_rights(self, line: Line, by: By) -> None:
        """Whoever may not keep the entry, or add one in this district, is told so; what stands is not shown then."""
        district = line.made["given"].get("district")
        if line.found is not None:
            if rights.refusal_to_keep(line.found, by):
                line.standing = None
                line.problem(self.key, _("已经登记在别的旗区，请联系那里的平台办公室或系统管理员"))
            elif not line.found.active:
                line.problem(self.key, _("已经停用，请先在名录里启用"))
        if district is not None and (line.found is None or line.found.district_id != district.pk):
            if refusal := rights.refusal_to_add(self.model, district, by):
                line.problem("district", refusal)
            elif line.found is not None and line.standing is not None:
                line.warnings.append(
                    _("将从%(old)s划到%(new)s") % {"old": line.standing["district"], "new": district.name}
                )

    def check_names(self, lines: Sequence[Line], before: dict[Any, Any]) -> None:
        """In a district no two entries of a kind have one name; in two that is worth a look. One statement."""
        names = {name for line in lines if (name := line.get("name"))}
        there: dict[str, list[tuple[int, str]]] = {}
        rows = self.model.objects.filter(name__in=names).values_list("name", "pk", "district_id", "district__name")
        for name, pk, district_id, district_name in rows:
            there.setdefault(name, []).append((pk, district_id))
            there.setdefault(f"{name}\n", []).append((pk, district_name))
        for line in lines:
            self._check_name(line, there, before)

    def _check_name(self, line: Line, there: Mapping[str, list[tuple[int, str]]], before: dict[Any, Any]) -> None:
        name, district = line.get("name"), line.made["given"].get("district")
        code = district.pk if district else getattr(line.found, "district_id", None)
        if not name or code is None or line.bad("name"):
            return
        own = line.found.pk if line.found is not None else None
        others = [where for pk, where in there.get(name, ()) if pk != own]
        first = before.setdefault(("name", code, name), line.number)
        if line.found is not None and not {"name", "district"} & line.changed():
            return
        if code in others:
            line.problem("name", _("这个旗区已经有同名的条目"))
        elif first != line.number:
            line.problem("name", _("与第 %(row)s 行同名，旗区也相同") % {"row": first})
        elif others:
            where = "、".join(sorted({label for pk, label in there.get(f"{name}\n", ()) if pk != own}))
            line.warnings.append(_("%(where)s有同名的条目，请确认不是同一家") % {"where": where})


def districts_by_name() -> dict[str, District]:
    """All districts; locked when rows are to be written, so that nobody takes a name meanwhile. One statement."""
    return {district.name: district for district in held(District.objects.order_by("pk"), no_key=True)}
