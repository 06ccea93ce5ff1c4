"""What the API says of a demand. Shapes only read what the view loaded; they run no statement and hold no rule."""

from typing import Any

from rest_framework import serializers

from cases.demands.models import Case


class Named(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()


class CaseRow(serializers.Serializer[Case]):
    """One row of a list."""

    id = serializers.UUIDField(source="public_id")
    number = serializers.CharField()
    state = serializers.CharField(read_only=True)
    state_label = serializers.CharField(source="get_state_display")
    title = serializers.CharField()
    category = serializers.CharField(source="category.name", default=None)
    category_code = serializers.CharField(source="category_id", allow_null=True)
    klass = serializers.CharField()
    urgent = serializers.BooleanField()
    enterprise = serializers.CharField(source="enterprise.name")
    district = serializers.CharField(source="district.name")
    lead = serializers.CharField(source="lead.name", default=None)
    turn_role = serializers.CharField()
    clock = serializers.CharField(source="next_clock")
    due_at = serializers.DateTimeField(source="next_due_at", allow_null=True)
    submitted_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class CaseList(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True, help_text="address of the next page")
    results = CaseRow(many=True)


class Action(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()
    refusal = serializers.CharField(allow_null=True)


class Answer(serializers.Serializer[Any]):
    label = serializers.CharField()
    text = serializers.CharField()


class Step(serializers.Serializer[Any]):
    text = serializers.CharField()
    due_on = serializers.DateField()


class ClockShape(serializers.Serializer[Any]):
    kind = serializers.CharField()
    label = serializers.CharField(source="get_kind_display")
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    held_at = serializers.DateTimeField(allow_null=True)
    stopped_at = serializers.DateTimeField(allow_null=True)
    in_time = serializers.BooleanField(source="state.in_time", allow_null=True)
    policy = serializers.CharField()
    calendar = serializers.CharField()


class LineShape(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    action = serializers.CharField()
    label = serializers.CharField()
    at = serializers.DateTimeField()
    who = serializers.CharField()
    text = serializers.CharField()
    note = serializers.CharField()
    internal = serializers.BooleanField()


class ResultShape(serializers.Serializer[Any]):
    round = serializers.IntegerField()
    outcome = serializers.CharField()
    outcome_label = serializers.CharField(source="get_outcome_display")
    text = serializers.CharField()
    evidence = serializers.CharField(help_text="empty for the firm")
    submitted_at = serializers.DateTimeField()
    signed_at = serializers.DateTimeField(allow_null=True)
    returned_at = serializers.DateTimeField(allow_null=True)


class DutyBasis(serializers.Serializer[Any]):
    """The matter of the duty list by which a department answers."""

    id = serializers.UUIDField(source="public_id")
    code = serializers.CharField()
    matter = serializers.CharField()
    legal_basis = serializers.CharField()


class CaseDetail(CaseRow):
    """One demand as its reader may see it, with what they may do. `seen` goes back with the next move."""

    seen = serializers.IntegerField(source="head_seq")
    text = serializers.CharField()
    wanted = serializers.CharField()
    answers = Answer(many=True)
    contact_name = serializers.CharField()
    contact_phone = serializers.CharField()
    round = serializers.IntegerField()
    outcome = serializers.CharField()
    confirmation = serializers.CharField()
    office = serializers.CharField(source="office.name")
    duty_item = DutyBasis(allow_null=True)
    handler = serializers.CharField(source="handler.name", default=None)
    plan = Step(many=True)
    results = ResultShape(many=True)
    clocks = ClockShape(many=True)
    timeline = LineShape(many=True)
    actions = Action(many=True)


class DutyItemShape(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    code = serializers.CharField()
    category = serializers.CharField(source="category_id")
    matter = serializers.CharField()
    legal_basis = serializers.CharField()
    klass = serializers.CharField()
    owners = Named(many=True, source="owners.all")


class QuestionShape(serializers.Serializer[Any]):
    key = serializers.CharField()
    label = serializers.CharField()
    kind = serializers.CharField()
    required = serializers.BooleanField()
    unit = serializers.CharField()
    choices = serializers.ListField(child=serializers.CharField())


class CategoryShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    questions = QuestionShape(many=True)


class EnterpriseShape(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    credit_code = serializers.CharField()
    district = serializers.CharField(source="district.name")


class IntakeRow(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    source = serializers.CharField()
    external_number = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    received_at = serializers.DateTimeField(allow_null=True)


class IntakeList(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    results = IntakeRow(many=True)


class PostShape(serializers.Serializer[Any]):
    role = serializers.CharField()
    role_label = serializers.CharField(source="role.label")
    organisation = serializers.CharField(source="organisation_name")


class Me(serializers.Serializer[Any]):
    name = serializers.CharField()
    post = PostShape(allow_null=True)
    posts = PostShape(many=True)
