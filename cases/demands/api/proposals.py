"""Moves that take two people over the API: what waits for me, and my answer."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.demands import queries
from cases.demands.forms import DecideForm, said
from cases.demands.models import Case
from foundation.errors import DomainError
from workflow.api_inputs import field_errors, plain_inputs, schema_of
from workflow.api_shapes import ERRORS
from workflow.api_view import ActorView
from workflow.models import Proposal
from workflow.proposals import decide, take_back
from workflow.specs import specs
from workflow.stored_inputs import loaded


class SaidShape(serializers.Serializer[Any]):
    label = serializers.CharField()
    text = serializers.CharField()


class ProposalRow(serializers.Serializer[Proposal]):
    """A move that somebody asked for and another person decides."""

    id = serializers.UUIDField(source="public_id")
    action = serializers.CharField()
    label = serializers.SerializerMethodField()
    proposer = serializers.CharField(help_text="role and organisation, never a person's name")
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(source="next_due_at", help_text="by when the decision is wanted")
    verdict = serializers.CharField(read_only=True)
    decision_reason = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)

    def get_label(self, row: Proposal) -> str:
        return str(specs(Case)[row.action].label)


class ProposalLine(ProposalRow):
    """One row of the list, with the demand it is about."""

    case = serializers.UUIDField(source="case_public_id")
    number = serializers.CharField(source="case_number")
    title = serializers.CharField(source="case_title")


class ProposalList(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True, help_text="address of the next page")
    results = ProposalLine(many=True)


class ProposalShape(ProposalRow):
    """A proposal with what is proposed, question by question."""

    proposed = serializers.SerializerMethodField()

    @extend_schema(responses=SaidShape(many=True))
    def get_proposed(self, row: Proposal) -> list[dict[str, str]]:
        try:
            pairs = said(row.action, loaded(row.inputs))
        except DomainError:  # a row among the inputs is there no longer
            pairs = []
        return [{"label": str(label), "text": words} for label, words in pairs]


def shape_of(proposal: Proposal) -> dict[str, Any]:
    return dict(ProposalShape(proposal).data)


class ProposalsView(ActorView):
    """The proposals that wait for the consent of this post, the most urgent first."""

    @extend_schema(operation_id="proposals_list", responses={200: ProposalList, **ERRORS})
    def get(self, request: Request) -> Response:
        waiting = queries.titled(queries.to_decide(self.actor)).order_by("next_due_at", "id")
        return self.page(request, waiting, ProposalLine)


class AnswerView(ActorView):
    """The answer to one proposal. Subclasses are made one a verb."""

    verb = ""

    def run(self, request: Request, public_id: UUID) -> HttpResponse:
        body, data = request._request.body, request.data

        def do() -> tuple[int, Any]:
            form = DecideForm(plain_inputs({} if data is None else data, self.fields()))
            if not form.is_valid():
                raise field_errors(form)
            reason = form.cleaned_data.get("reason", "")
            if self.verb == "take-back":
                return 200, shape_of(take_back(public_id, by=self.actor))
            return 200, shape_of(decide(public_id, by=self.actor, consent=self.verb == "consent", reason=reason))

        return self.answer_once(request, body, do)

    @classmethod
    def fields(cls) -> dict[str, Any]:
        return {} if cls.verb == "take-back" else dict(DecideForm.base_fields)


def answer_view(verb: str) -> type[AnswerView]:
    """The view of one answer, with an operation of its own in the schema."""
    name = verb.title().replace("-", "")
    fields = {} if verb == "take-back" else dict(DecideForm.base_fields)

    @extend_schema(
        operation_id=f"proposals_{verb.replace('-', '_')}",
        request=schema_of(f"{name}Input", fields),
        responses={200: ProposalShape, **ERRORS},
    )
    def post(self: AnswerView, request: Request, public_id: UUID) -> HttpResponse:
        return self.run(request, public_id)

    return type(f"{name}View", (AnswerView,), {"verb": verb, "post": post})
