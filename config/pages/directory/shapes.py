"""What the API of the directory answers with. No statement runs here but for what `seen` is made of."""

from typing import Any

from rest_framework import serializers

from config.pages.directory.words import contact, phone_of
from parties.changes import seen_of
from parties.models import Enterprise, User


class OrganisationRow(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    short_name = serializers.CharField()
    district = serializers.CharField(source="district_id", help_text="code of GB/T 2260")
    active = serializers.BooleanField()


class EnterpriseRow(OrganisationRow):
    credit_code = serializers.CharField()
    industry = serializers.CharField()
    size = serializers.ChoiceField(choices=Enterprise.Size.choices, allow_blank=True)


class EnterpriseDetail(EnterpriseRow):
    """`seen` goes back with a change. Address and contact are empty for readers who do not learn them."""

    code_reason = serializers.CharField()
    address = serializers.SerializerMethodField()
    contact_name = serializers.SerializerMethodField()
    contact_phone = serializers.SerializerMethodField()
    seen = serializers.SerializerMethodField()

    def _reached(self, firm: Enterprise, name: str) -> str:
        return "" if contact(firm, self.context["actor"]) is None else getattr(firm, name)

    def get_address(self, firm: Enterprise) -> str:
        return self._reached(firm, "address")

    def get_contact_name(self, firm: Enterprise) -> str:
        return self._reached(firm, "contact_name")

    def get_contact_phone(self, firm: Enterprise) -> str:
        return self._reached(firm, "contact_phone")

    def get_seen(self, firm: Enterprise) -> str:
        return seen_of(firm)


class DepartmentRow(OrganisationRow):
    code = serializers.CharField()


class OfficeRow(OrganisationRow):
    kind = serializers.CharField(source="office_kind")
    serves = serializers.CharField(source="serves_id", help_text="code of the district")


class PartyOrganisationRow(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    kind = serializers.CharField()
    formation = serializers.CharField()
    district = serializers.CharField(source="district_id", allow_null=True)
    superior = serializers.CharField(source="superior.name", allow_null=True, default=None)
    full_members = serializers.IntegerField()
    probationary_members = serializers.IntegerField()
    counted_on = serializers.DateField(allow_null=True)
    active = serializers.BooleanField()


class PostRow(serializers.Serializer[Any]):
    role = serializers.CharField()
    organisation = serializers.CharField(source="organisation.name")


class PersonRow(serializers.Serializer[Any]):
    """Telephone and e-mail are empty for readers who do not learn them."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    posts = PostRow(source="shown_posts", many=True)
    phone = serializers.SerializerMethodField()
    email = serializers.SerializerMethodField()

    def get_phone(self, person: User) -> str:
        return phone_of(person, self.context["actor"])[0]

    def get_email(self, person: User) -> str:
        return phone_of(person, self.context["actor"])[1]


class EnterpriseFields(serializers.Serializer[Any]):
    """The fields of an enterprise that can be given."""

    name = serializers.CharField(max_length=120)
    short_name = serializers.CharField(max_length=40, required=False, allow_blank=True)
    district = serializers.CharField(help_text="code of GB/T 2260")
    credit_code = serializers.CharField(help_text="lower case and full-width letters are put right")
    code_reason = serializers.CharField(
        required=False, allow_blank=True, help_text="why a code whose check digit is wrong is taken all the same"
    )
    industry = serializers.CharField(max_length=40, required=False, allow_blank=True)
    size = serializers.ChoiceField(choices=Enterprise.Size.choices, required=False, allow_blank=True)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True)
    contact_name = serializers.CharField(max_length=40, required=False, allow_blank=True)
    contact_phone = serializers.CharField(max_length=20, required=False, allow_blank=True)


class EnterpriseChange(EnterpriseFields):
    """What is to be changed; fields that are not given stay as they are."""

    name = serializers.CharField(max_length=120, required=False)
    district = serializers.CharField(required=False, help_text="code of GB/T 2260")
    credit_code = serializers.CharField(required=False)
    seen = serializers.CharField(help_text="from the detail: what the client saw")


def page_of(row: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The shape of a cursor page of these rows."""
    fields = {
        "next": serializers.URLField(allow_null=True, help_text="address of the next page"),
        "results": row(many=True),
    }
    return type(f"{row.__name__}Page", (serializers.Serializer,), fields)
