"""What is typed to give, date and end posts, to name deputies and to hand over."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parties.deputies import LONGEST_REASON
from parties.models import Membership, Office, Organisation, User
from parties.post_rules import LONGEST_SOURCE, NAME_HANDLERS
from parties.roles import Role
from parties.staff import roles_of
from workflow.actor import Actor, Post


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PostForm(forms.Form):
    """A form whose refusals stand beside the field they are about, whatever the function calls it."""

    use_required_attribute = False
    error_css_class = ""
    FIELD_OF: dict[str, str] = {}

    def refuse(self, field: str, sentence: object) -> None:
        name = self.FIELD_OF.get(field, field)
        self.add_error(name if name in self.fields else None, str(sentence))


def person_by_account(account: str) -> User:
    """Who signs in with this account. Raises ValidationError."""
    person = User.objects.filter(username=account.strip(), is_active=True).first()
    if person is None:
        raise forms.ValidationError(_("没有这个账号，或者已停用"))
    return person


class AppointForm(PostForm):
    """Who is appointed, where, as what, from when to when, and on what grounds."""

    FIELD_OF = {"user": "account", "organisation": "place"}
    account = forms.CharField(label=_("账号"), max_length=40, help_text=_("这个人登录时用的账号"))
    place = forms.CharField(
        label=_("单位"), max_length=120, help_text=_("单位全称、统一社会信用代码或者部门代码，须与登记的一致")
    )
    role = forms.ChoiceField(label=_("岗位"))
    valid_from = forms.DateField(label=_("开始日期"), widget=DayInput())
    valid_to = forms.DateField(label=_("结束日期"), widget=DayInput(), required=False, help_text=_("不填表示长期"))
    source = forms.CharField(
        label=_("任职依据"), max_length=LONGEST_SOURCE, required=False, help_text=_("例如任职文件的文号")
    )

    def __init__(self, *args: Any, by: Actor, person: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.person = by, person
        if person is not None:
            del self.fields["account"]
        if by.role == Role.SECURITY_ADMIN:
            offices = Office.objects.filter(office_kind=Office.OfficeKind.PLATFORM, active=True).order_by("pk")
            self.fields["place"] = forms.ChoiceField(label=_("单位"), choices=[(o.name, o.name) for o in offices])
        elif by.role in NAME_HANDLERS:
            del self.fields["place"]
        cast("forms.ChoiceField", self.fields["role"]).choices = [(str(role), role.label) for role in roles_of(by)]

    def clean_account(self) -> User:
        return person_by_account(self.cleaned_data["account"])

    def clean_place(self) -> Organisation:
        typed = self.cleaned_data["place"].strip()
        named = Q(name=typed) | Q(enterprise__credit_code=typed.upper()) | Q(department__code=typed)
        found = list(Organisation.objects.filter(named, active=True).order_by("pk")[:2])
        if not found:
            raise forms.ValidationError(_("没有这个单位，请核对全称"))
        if len(found) > 1:
            raise forms.ValidationError(_("有几个同名的单位，请填统一社会信用代码"))
        return found[0]

    def inputs(self) -> dict[str, Any]:
        """What the appointment takes."""
        given = dict(self.cleaned_data)
        place = given.pop("place", None) or Organisation.objects.get(pk=self.by.organisation_id)
        return {"user": self.person or given.pop("account"), "organisation": place, **given}


class EndForm(PostForm):
    """The last day of a post."""

    FIELD_OF = {"role": "on", "valid_to": "on"}
    on = forms.DateField(label=_("最后一天"), widget=DayInput(), help_text=_("填昨天表示立即结束"))


class DatesForm(PostForm):
    """From when to when a post is held."""

    FIELD_OF = {"role": "valid_to"}
    valid_from = forms.DateField(label=_("开始日期"), widget=DayInput())
    valid_to = forms.DateField(label=_("结束日期"), widget=DayInput(), required=False, help_text=_("不填表示长期"))


def people_words(posts: Iterable[Membership]) -> list[tuple[str, str]]:
    """Each person once, with what they are and where, so that two of one name can be told apart."""
    found: dict[str, tuple[str, str, list[str]]] = {}
    for held in posts:
        key = str(held.user.public_id)
        found.setdefault(key, (held.user.name, held.organisation.name, []))[2].append(str(Role(held.role).label))
    return [(key, f"{name} · {_('、').join(roles)} · {place}") for key, (name, place, roles) in found.items()]


class DeputyForm(PostForm):
    """Who stands in, in which post, from when to when, and why."""

    post = forms.ChoiceField(label=_("岗位"))
    deputy = forms.ChoiceField(label=_("代理人"), help_text=_("须是同一单位、在这些日期里都在任的人"))
    valid_from = forms.DateField(label=_("开始日期"), widget=DayInput())
    valid_to = forms.DateField(label=_("结束日期"), widget=DayInput(), help_text=_("一次最长 60 天"))
    reason = forms.CharField(label=_("事由"), max_length=LONGEST_REASON, help_text=_("例如出差、培训、病假"))

    def __init__(self, *args: Any, posts: Iterable[Post], people: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.public_id): post for post in posts}
        people = list(people)
        self.people = {str(m.user.public_id): m.user for m in people}
        cast("forms.ChoiceField", self.fields["post"]).choices = [
            (key, f"{post.role.label} · {post.organisation_name}") for key, post in self.posts.items()
        ]
        cast("forms.ChoiceField", self.fields["deputy"]).choices = [("", _("请选择")), *people_words(people)]

    def clean_deputy(self) -> User:
        return self.people[self.cleaned_data["deputy"]]

    def inputs(self) -> dict[str, Any]:
        """What the function that names a deputy takes beside the post."""
        return {name: value for name, value in self.cleaned_data.items() if name != "post"}


class HeirsForm(PostForm):
    """For every post of who leaves: a colleague, or somebody else by account, or nobody."""

    def __init__(
        self, *args: Any, posts: Iterable[Membership], colleagues: Iterable[Membership], needed: set[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.posts = list(posts)
        here: dict[int, list[Membership]] = {}
        for held in colleagues:
            here.setdefault(held.organisation_id, []).append(held)
        people = {place: {str(m.user.public_id): m.user for m in held} for place, held in here.items()}
        self.people = people
        for post in self.posts:
            name = f"heir_{post.public_id.hex}"
            label = f"{Role(post.role).label} · {post.organisation.name}"
            heir = forms.ChoiceField(
                label=_("接任人：%(post)s") % {"post": label},
                required=False,
                choices=[("", _("不设接任人")), *people_words(here.get(post.organisation_id, []))],
            )
            other = forms.CharField(
                label=_("或者其他人的账号"), required=False, max_length=40, help_text=_("此人随本次移交任职")
            )
            if post.pk in needed:
                heir.must = _("须有接任人")  # type: ignore[attr-defined]
            self.fields[name], self.fields[f"{name}_account"] = heir, other

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self.heirs: dict[int, User] = {}
        for post in self.posts:
            name = f"heir_{post.public_id.hex}"
            if account := given.get(f"{name}_account", "").strip():
                try:
                    self.heirs[post.pk] = person_by_account(account)
                except forms.ValidationError as error:
                    self.add_error(f"{name}_account", error)
            elif chosen := given.get(name):
                self.heirs[post.pk] = self.people[post.organisation_id][chosen]
        return given
