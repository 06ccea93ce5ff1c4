"""What the API says of a demand. Shapes only read what the view loaded; they run no statement and hold no rule."""

from typing import Any

from rest_framework import serializers

from cases.demands.api.proposals import ProposalShape
from cases.demands.enums import Edition, Origin
from cases.demands.identity import contact_words, firm_words
from cases.demands.models import Case
from cases.demands.why import Why, name_of
from workflow.api_subject import PROVISIONAL, Action, ClockShape, LineShape, Named, PaperShape
from workflow.calendars import calendar_in_force
from workflow.explain import Counted, sentences
from workflow.models import Clock


class CaseRow(serializers.Serializer[Case]):
    """One row of a list."""

    id = serializers.UUIDField(source="public_id")
    seen = serializers.IntegerField(source="head_seq")
    number = serializers.CharField()
    state = serializers.CharField(read_only=True)
    state_label = serializers.CharField(source="get_state_display")
    title = serializers.CharField()
    category = serializers.CharField(source="category.name", default=None, allow_null=True)
    category_code = serializers.CharField(source="category_id", allow_null=True)
    klass = serializers.CharField()
    urgent = serializers.BooleanField()
    enterprise = serializers.SerializerMethodField(help_text="the alias for those who may not know the firm")
    identity = serializers.CharField()
    district = serializers.CharField(source="district.name")
    lead = serializers.CharField(source="lead.name", default=None, allow_null=True)
    turn_role = serializers.CharField()
    clock = serializers.CharField(source="next_clock")
    due_at = serializers.DateTimeField(source="next_due_at", allow_null=True)
    due_provisional = serializers.SerializerMethodField(help_text=PROVISIONAL)
    submitted_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)

    def get_enterprise(self, row: Case) -> str:
        return firm_words(row, self.context["actor"])

    def get_due_provisional(self, row: Case) -> bool:
        if row.next_due_at is None or row.next_since is None:
            return False
        return calendar_in_force().is_provisional_span(row.next_since, row.next_due_at)


class CaseList(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True, help_text="address of the next page")
    results = CaseRow(many=True)


class Answer(serializers.Serializer[Any]):
    label = serializers.CharField()
    text = serializers.CharField()


class Step(serializers.Serializer[Any]):
    text = serializers.CharField()
    due_on = serializers.DateField()


class NamedClockShape(ClockShape):
    name = serializers.SerializerMethodField(help_text="its name in the address that explains it")

    def get_name(self, row: Clock) -> str:
        return name_of(row)


class CountedDayShape(serializers.Serializer[Any]):
    day = serializers.DateField()
    how = serializers.ChoiceField(choices=[(how.value, how.value) for how in Counted])
    n = serializers.IntegerField(allow_null=True)
    working = serializers.BooleanField()


class CreditShape(serializers.Serializer[Any]):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    amount = serializers.IntegerField(help_text="days of a day clock, seconds of an hour clock")


class MomentShape(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    label = serializers.CharField()
    at = serializers.DateTimeField()


class WhyShape(serializers.Serializer[Any]):
    """A due date taken apart; what the page 为什么是这一天 shows."""

    clock = NamedClockShape(source="row")
    limit = serializers.CharField(source="explanation.limit")
    days = CountedDayShape(many=True, source="explanation.days")
    credits = CreditShape(many=True, source="explanation.credits")
    moments = MomentShape(many=True)
    sentences = serializers.SerializerMethodField()
    policy_source = serializers.CharField(source="policy.source")
    events = serializers.IntegerField()
    replayed = serializers.BooleanField(help_text="the events, counted again now, give this very clock")

    def get_sentences(self, found: Why) -> list[str]:
        return sentences(found.explanation, now=self.context["now"])


class StretchShape(serializers.Serializer[Any]):
    """A stretch of time with one holder. Seconds only: limits are counted in their own units."""

    organisation = serializers.CharField()
    role = serializers.CharField(source="segment.role")
    state = serializers.CharField(source="segment.state")
    charged_to = serializers.CharField(help_text="PLATFORM or DEPARTMENT, for time a dispute about the lead took")
    since = serializers.DateTimeField(source="segment.since")
    until = serializers.DateTimeField(source="segment.until")
    working_seconds = serializers.IntegerField(source="segment.working_seconds")
    seconds = serializers.IntegerField(source="segment.seconds")


class ResultShape(serializers.Serializer[Any]):
    round = serializers.IntegerField()
    outcome = serializers.CharField()
    outcome_label = serializers.CharField(source="get_outcome_display")
    text = serializers.CharField()
    evidence = serializers.CharField(help_text="empty for the firm")
    submitted_at = serializers.DateTimeField()
    signed_at = serializers.DateTimeField(allow_null=True)
    returned_at = serializers.DateTimeField(allow_null=True)


class AttachmentShape(serializers.Serializer[Any]):
    """One file of a demand, as its reader may know of it."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField(source="file.name")
    type = serializers.CharField(source="file.kind")
    size = serializers.IntegerField(source="file.size", help_text="bytes")
    sha256 = serializers.CharField(source="file.sha256")
    side = serializers.CharField()
    organisation = serializers.SerializerMethodField(help_text="empty for a file of the firm")
    public = serializers.BooleanField(help_text="the firm sees it")
    description = serializers.CharField()
    at = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=["UNCHECKED", "WAITING", "CLEAN", "INFECTED", "WITHDRAWN", "ERASED"])
    released_at = serializers.DateTimeField(allow_null=True)
    fetchable = serializers.BooleanField(source="may_leave")

    def get_organisation(self, row: Any) -> str:
        return "" if row.side == "FIRM" else str(row.organisation.name)


class CasePaperShape(PaperShape):
    kind = serializers.ChoiceField(choices=[("RECEIPT", "受理回执"), ("CASE_FILE", "办理单")])
    edition = serializers.ChoiceField(choices=Edition.choices, source="audience")


class OriginShape(serializers.Serializer[Any]):
    """Where a demand came from, as far as its reader may know."""

    kind = serializers.ChoiceField(choices=Origin.choices)
    label = serializers.CharField()
    title = serializers.CharField(help_text="empty for those who may not know it")
    address = serializers.CharField(help_text="of its page; empty for those who may not open it")
    document = serializers.CharField(help_text="number of the paper that opened the demand; may be empty")


class DutyBasis(serializers.Serializer[Any]):
    """The matter of the duty list by which a department answers."""

    id = serializers.UUIDField(source="public_id")
    code = serializers.CharField()
    matter = serializers.CharField()
    legal_basis = serializers.CharField()


class CaseDetail(CaseRow):
    """One demand as its reader may see it, with what they may do. `seen` goes back with the next move."""

    text = serializers.CharField()
    wanted = serializers.CharField()
    answers = Answer(many=True)
    questions_version = serializers.IntegerField(help_text="of the questions that were answered")
    came_from = OriginShape(
        many=True,
        help_text="the action item, instruction or finding that opened it, and the one that set its date since",
    )
    due_on = serializers.DateField(allow_null=True, help_text="the date that one of these set")
    submission = serializers.UUIDField(allow_null=True, help_text="shared by the demands that were sent together")
    alias = serializers.SerializerMethodField(help_text="how the department knows a hidden firm; empty for an open one")
    contact_name = serializers.SerializerMethodField(help_text="empty for those who may not know the firm")
    contact_phone = serializers.SerializerMethodField(help_text="empty for those who may not know the firm")
    round = serializers.IntegerField()
    outcome = serializers.CharField()
    confirmation = serializers.CharField()
    office = serializers.CharField(source="office.name")
    duty_item = DutyBasis(
        allow_null=True, help_text="null before dispatch, and where minutes or an instruction named the department"
    )
    dispatched_by = serializers.CharField(help_text="the rule that dispatched it; empty when a person did")
    handler = serializers.CharField(source="handler.name", default=None, allow_null=True)
    plan = Step(many=True)
    results = ResultShape(many=True)
    attachments = AttachmentShape(many=True)
    documents = CasePaperShape(many=True, help_text="those that this reader may open, no older versions")
    clocks = NamedClockShape(many=True)
    timeline = LineShape(many=True)
    declined_for = serializers.CharField(help_text="why it was not accepted; empty unless it was declined")
    reclassified_from = serializers.CharField(help_text="the class before 升档; empty without")
    proposal = ProposalShape(allow_null=True, help_text="what waits for a second person; null for the firm")
    actions = Action(many=True)

    def get_alias(self, case: Case) -> str:
        return case.alias if case.hides_firm else ""

    def get_contact_name(self, case: Case) -> str:
        return contact_words(case, self.context["actor"])[0]

    def get_contact_phone(self, case: Case) -> str:
        return contact_words(case, self.context["actor"])[1]


class DutyItemShape(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    code = serializers.CharField()
    category = serializers.CharField(source="category_id")
    matter = serializers.CharField()
    legal_basis = serializers.CharField()
    klass = serializers.CharField()
    owners = Named(many=True, source="owners.all")


class DutyRow(DutyItemShape):
    """One version of a matter, with where it came from."""

    version = serializers.IntegerField()
    active = serializers.BooleanField()
    law = serializers.CharField(help_text="empty where the citation was never taken apart")
    article = serializers.CharField()
    law_text = serializers.CharField()
    law_url = serializers.CharField()
    effective_from = serializers.DateField(allow_null=True)
    effective_to = serializers.DateField(allow_null=True)
    source = serializers.CharField()
    adopted_as = serializers.CharField(help_text="organisation and role; empty: came with the installation")
    adopted_at = serializers.DateTimeField(allow_null=True)
    retired_at = serializers.DateTimeField(allow_null=True)
    retired_because = serializers.CharField()


class DutyList(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True, help_text="address of the next page")
    results = DutyItemShape(many=True)


class DutyDetail(DutyRow):
    versions = DutyRow(many=True, help_text="the newest first, at most thirty")


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
    questions_version = serializers.IntegerField(help_text="of the questions in force")
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
