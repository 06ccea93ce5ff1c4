"""What the fields of the directory are called; Django names foreign keys after their column, which is no word."""

from typing import Any

from django.utils.translation import gettext as _


def label_of(field: Any) -> str:
    """The label of this field of a model, in forms, refusals and the history."""
    named = {
        "district": _("所在旗区"),
        "serves": _("服务的旗区"),
        "lead_department": _("主管部门"),
        "superior": _("上级行业党委"),
        "secretary": _("书记"),
        "enterprise": _("企业"),
        "valid_from": _("开始日期"),
        "valid_to": _("结束日期"),
    }
    return named.get(field.name) or str(field.verbose_name)
