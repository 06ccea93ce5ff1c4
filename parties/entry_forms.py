"""The forms of the directory: boxes for the fields of an entry. What is acceptable, `parties.changes` decides."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from foundation.choices import RowChoice
from parties import rights
from parties.by import By
from parties.fields import FIELDS
from parties.labels import label_of
from parties.models import Department, District, Enterprise, IndustryCommittee, MassOrganisation, User

CHINESE_DATE = "%Y年%m月%d日"


class DayField(forms.DateField):
    """A day, as a browser sends it or as people write it."""

    def __init__(self, **kwargs: Any) -> None:
        box = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=box, input_formats=["%Y-%m-%d", CHINESE_DATE], **kwargs)


class NumberField(forms.IntegerField):
    """A number of people; in JSON it may come as a number."""

    takes_numbers = True


class AccountField(forms.CharField):
    """A person, by their account."""

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        person = User.objects.filter(username__iexact=typed, is_active=True).first()
        if person is None:
            raise forms.ValidationError(_("没有这个账号，或者已停用"))
        return person

    def prepare_value(self, value: Any) -> Any:
        """The account of the person the key belongs to."""
        if isinstance(value, int):
            return User.objects.filter(pk=value).values_list("username", flat=True).first() or ""
        return value


class FirmField(forms.CharField):
    """An enterprise, by its full name or credit code."""

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        rows = list(Enterprise.objects.filter(models.Q(name=typed) | models.Q(credit_code=typed.upper()))[:2])
        if not rows:
            raise forms.ValidationError(_("名录中没有这家企业，请填写全称或统一社会信用代码"))
        if len(rows) > 1:
            raise forms.ValidationError(_("有几家企业叫这个名称，请填写统一社会信用代码"))
        return rows[0]


class EntryForm(forms.Form):
    """The fields of one kind of entry that this person may fill in; with `entry`, as it is now."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, model: type[Any], by: By, names: Iterable[str], entry: Any = None) -> None:
        names = [name for name in FIELDS[model] if name in set(names)]
        super().__init__(data, initial=initial(entry, names) if entry else None)
        if model is User and entry is None:
            self.fields["username"] = forms.CharField(
                label=_("账号"), max_length=40, help_text=_("字母、数字、点和连字符；定了不能改")
            )
        for name in names:
            self.fields[name] = box(model, name, by)


def initial(entry: Any, names: Iterable[str]) -> dict[str, Any]:
    """What the boxes show of an entry as it is."""
    shown: dict[str, Any] = {}
    for name in names:
        field = entry._meta.get_field(name)
        shown[name] = getattr(entry, field.attname)
        if name in CHOSEN_BY and shown[name] is not None:
            shown[name] = getattr(getattr(entry, name), CHOSEN_BY[name])
    return shown


# How a row that is chosen is named in a form, an address and the API.
CHOSEN_BY = {"lead_department": "code", "superior": "public_id"}
HELP = {
    "short_name": lambda: _("列表和表格中使用，可以不填"),
    "credit_code": lambda: _("18 位，小写和全角会自动改正"),
    "code_reason": lambda: _("只有校验位不符而营业执照确实如此时填写"),
    "secretary": lambda: _("填写书记的账号"),
    "counted_on": lambda: _("人数是哪一天的"),
    "phone": lambda: _("例如 0477-8580000 或 13900000000"),
    "contact_phone": lambda: _("例如 0477-8580000 或 13900000000"),
}


def box(model: type[Any], name: str, by: By) -> forms.Field:
    """The box for one field of this kind."""
    field: Any = model._meta.get_field(name)
    required = name == "district" or not (field.blank or field.has_default())
    common: dict[str, Any] = {"label": label_of(field), "required": required}
    if name in HELP:
        common["help_text"] = HELP[name]()
    if name == "secretary":
        return AccountField(max_length=40, **common)
    if isinstance(field, models.ForeignKey):
        return _chosen(name, by, model, common)
    if isinstance(field, models.PositiveIntegerField):
        return NumberField(min_value=0, **common)
    if isinstance(field, models.DateField):
        return DayField(**common)
    if field.choices:
        blank = [("", _("请选择"))] if required or field.blank else []
        return forms.ChoiceField(choices=[*blank, *field.flatchoices], **common)
    return forms.CharField(max_length=field.max_length, **common)


def _chosen(name: str, by: By, model: type[Any], common: dict[str, Any]) -> forms.ModelChoiceField:
    if name in ("district", "serves"):
        rows: Any = District.objects.order_by("code")
        if model in rights.KEPT_BY_OFFICES and by.post is not None and not rights.administers(by):
            code = by.post.district_code
            rows = rows.filter(models.Q(code=code) | models.Q(parent_id=code))
        return forms.ModelChoiceField(rows, empty_label=_("请选择"), **common)
    if name == "lead_department":
        rows = Department.objects.filter(active=True).order_by("code")
    else:
        rows = IndustryCommittee.objects.filter(active=True).order_by("name")
    return RowChoice(rows, empty_label=_("没有"), to_field_name=CHOSEN_BY[name], **common)


class SpanForm(forms.Form):
    """A firm that belongs to something from a day on."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enterprise"] = FirmField(
            label=_("企业"), max_length=120, help_text=_("企业全称或统一社会信用代码")
        )
        self.fields["valid_from"] = DayField(label=_("开始日期"))
        self.fields["valid_to"] = DayField(label=_("结束日期"), required=False, help_text=_("还没有结束的不填"))


class EndForm(forms.Form):
    """The last day on which a firm belongs to something."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_to"] = DayField(label=_("结束日期"), help_text=_("这一天仍然算在内"))


class MassForm(forms.Form):
    """A mass organisation, its head and how many belong to it."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(label=_("类别"), choices=MassOrganisation.Kind.choices)
        self.fields["head"] = forms.CharField(label=_("负责人"), max_length=40, required=False)
        self.fields["members"] = NumberField(label=_("人数"), min_value=0)
