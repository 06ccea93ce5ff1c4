"""The inputs of conflict of interest: whom, and why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.demands import queries
from cases.demands.forms.fields import MoveForm, PublicIdChoice, text_area
from parties.models import Department, Membership
from parties.roles import OFFICE_ROLES


class PersonChoice(PublicIdChoice):
    """A person by one of their posts."""

    def label_from_instance(self, post: Membership) -> str:
        return f"{post.user.name} · {post.organisation.name} · {post.get_role_display()}"


class AskRecusalForm(MoveForm):
    name = forms.CharField(
        label=_("请谁回避"),
        max_length=40,
        help_text=_("写明姓名；只有平台办公室看得到"),
        error_messages={"required": _("请填写要回避的人的姓名。")},
    )
    unit = forms.CharField(label=_("所在单位"), max_length=120, required=False)
    reason = text_area(_("理由"), rows=3, most=500, help_text=_("例如亲属关系、经济往来；只有平台办公室看得到"))


class RecuseForm(MoveForm):
    person = PersonChoice(
        Membership.objects.none(), label=_("回避人员"), required=False, empty_label=_("请选择"), help_text=""
    )
    unit = PublicIdChoice(
        Department.objects.none(),
        label=_("还没有经手的部门"),
        required=False,
        empty_label=_("不选"),
        help_text=_("上面没有这个人时，选部门并写姓名，派单以前就可以登记"),
    )
    name = forms.CharField(label=_("这个部门的人员姓名"), max_length=40, required=False)
    reason = text_area(_("理由"), rows=3, most=500, help_text=_("只有平台办公室看得到"))

    def prepare(self) -> None:
        person = self.fields["person"]
        person.queryset = queries.candidates(self.case, self.actor)
        if self.actor.role not in OFFICE_ROLES:
            person.required = True
            del self.fields["unit"], self.fields["name"]
            return
        self.fields["unit"].queryset = queries.active_departments()
        asked = [f"{body['text']}。{body['note']}" for body in queries.asked_recusals(self.case)]
        person.help_text = "\n".join(asked)

    def clean(self) -> dict[str, Any]:
        """The person, chosen from those who see the demand or named in a department that does not have it yet."""
        data = super().clean() or {}
        unit, name, post = data.pop("unit", None), data.pop("name", "").strip(), data.get("person")
        if post is None and not self.errors:
            post = self._named(unit, name)
        if post is not None:
            data["person"] = post.user
        return data

    def _named(self, unit: Department | None, name: str) -> Membership | None:
        if unit is None or not name:
            self.add_error("person", _("请选择回避人员，或者选部门并写姓名"))
            return None
        posts = queries.posts_in_force(self.actor.now).filter(organisation=unit, user__name=name).select_related("user")
        people = {post.user_id: post for post in posts}
        if len(people) != 1:
            nobody, several = _("这个部门没有叫这个名字的人"), _("这个部门有几个人同名，请派单后再选")
            self.add_error("name", several if people else nobody)
            return None
        return next(iter(people.values()))


class LiftRecusalForm(MoveForm):
    person = PersonChoice(Membership.objects.none(), label=_("解除谁的回避"), empty_label=_("请选择"))
    reason = text_area(_("理由"), rows=3, most=500, help_text=_("只有平台办公室看得到"))

    def prepare(self) -> None:
        self.fields["person"].queryset = queries.kept_out_posts(self.case, now=self.actor.now)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("person") is not None:
            data["person"] = data["person"].user
        return data
