"""Addresses of the API. Every one signs in by itself: by token, or by the session of a signed-in person."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.demands import documents, moves, origins, queries, question_sets, reading, telling
from cases.demands.api import shapes
from cases.demands.api.proposals import ProposalShape, shape_of
from cases.demands.dispatching.basis import dispatched_by
from cases.demands.enums import CaseState, Identity
from cases.demands.forms import ClaimForm, DisclosingForm, MoveForm, SubmitForm, form_of, in_one_line, proposed_inputs
from cases.demands.models import Case, Category, IntakeItem
from cases.demands.questions import COMMON_KEYS
from cases.demands.why import held, why
from foundation.errors import NotVisible, NotYours, Refused
from parties.roles import ENTERPRISE_ROLES, OFFICE_ROLES, Role
from workflow.actor import Actor
from workflow.api_inputs import clean_text, field_errors, plain_inputs, schema_of
from workflow.api_moves import MoveView
from workflow.api_shapes import CURSOR, ERRORS, KEY
from workflow.api_subject import Named, Shown, actions_of
from workflow.api_view import ActorView
from workflow.proposals import REASON, is_shown, propose
from workflow.specs import specs
from workflow.timeline import timeline

KNOWINGLY = {"named_knowingly": DisclosingForm.base_fields["named_knowingly"]}


def visible_case(actor: Actor, public_id: UUID) -> Case:
    """The case with its names, when this actor may see it; NotVisible otherwise."""
    case = queries.with_names(Case.objects.visible_to(actor)).filter(public_id=public_id).first()
    if case is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    return case


def detail(case: Case, actor: Actor) -> dict[str, Any]:
    """The case for one reader. A firm sees only what was signed, without its evidence, and no internal lines."""
    firm = actor.role in ENTERPRISE_ROLES
    waiting = queries.pending_on(case)
    lines = timeline(case, actor)
    shown = Shown(
        case,
        results=list(telling.results(case, actor)),
        plan=list(case.plan_steps.filter(round=case.round)),
        answers=[{"label": label, "text": text} for label, text in question_sets.told(case)],
        clocks=telling.clocks(case, actor),
        attachments=queries.visible_attachments(case, actor),
        documents=documents.of_case(case, actor),
        head_seq=lines[0].seq if lines else case.head_seq,  # not that of an event that is kept from the reader
        timeline=lines,
        came_from=origins.of_case(case, actor),
        dispatched_by=next((words for _label, words in dispatched_by(lines, actor)), ""),
        proposal=waiting if waiting and is_shown(waiting, Case, actor) else None,
        actions=actions_of(case, actor),
    )
    if actor.role not in ENTERPRISE_ROLES | OFFICE_ROLES:  # which other demands the firm sent is nothing to others
        shown.submission = None
    if firm:
        shown.outcome = next((r.outcome for r in reversed(shown.results) if r.round == case.round), "")
        for result in shown.results:
            result.evidence = ""
    return dict(shapes.CaseDetail(shown, context={"actor": actor}).data)


class CaseListView(ActorView):
    """The demands this post may see, and the submission of a new one."""

    @extend_schema(
        operation_id="cases_list",
        parameters=[CURSOR, OpenApiParameter("state", OpenApiTypes.STR, enum=[*CaseState.values, "open"])],
        responses={200: shapes.CaseList, **ERRORS},
    )
    def get(self, request: Request) -> Response:
        cases = Case.objects.at_hand(self.actor)
        state = request.query_params.get("state", "")
        if state == "open":
            cases = cases.open()
        elif state in CaseState.values:
            cases = cases.filter(state=state)
        elif state:
            raise Refused("state", _("没有这个状态"))
        return self.page(request, queries.rows(cases, more=["head_seq"]).order_by("-id"), shapes.CaseRow)

    @extend_schema(
        operation_id="cases_submit",
        parameters=[KEY],
        request=schema_of(
            "SubmitInput",
            {},
            category=serializers.CharField(),
            title=serializers.CharField(max_length=60),
            text=serializers.CharField(),
            wanted=serializers.CharField(required=False),
            contact_name=serializers.CharField(max_length=40),
            contact_phone=serializers.CharField(max_length=20),
            identity=serializers.ChoiceField(choices=Identity.choices, required=False),
            named_knowingly=serializers.BooleanField(required=False, help_text="the firm hides, and its texts name it"),
            answers=serializers.DictField(required=False, help_text="by question key, see /categories/"),
        ),
        responses={201: shapes.CaseDetail, **ERRORS},
    )
    def post(self, request: Request) -> HttpResponse:
        body = request._request.body
        data = request.data

        def do() -> tuple[int, Any]:
            if self.actor.role not in ENTERPRISE_ROLES:
                raise NotYours(_("只有企业可以提交诉求"))
            form = self.submit_form(data)
            knowingly = plain_inputs({"named_knowingly": data.get("named_knowingly")}, KNOWINGLY)
            if not form.is_valid():
                raise field_errors(form)
            case = moves.submit_case(by=self.actor, **form.inputs(), **knowingly)
            return 201, detail(visible_case(self.actor, case.public_id), self.actor)

        return self.answer_once(request, body, do)

    @staticmethod
    def submit_form(data: Any) -> SubmitForm:
        """The form of the category that the body names, filled from the body and its answers."""
        if not isinstance(data, dict):
            raise Refused("", _("请求内容应是一个 JSON 对象"))
        code = data.get("category")
        if not isinstance(code, str):
            raise Refused("category", _("请写明类别"))
        category = Category.objects.filter(pk=clean_text("category", code), active=True).first()
        if category is None:
            raise Refused("category", _("没有这个类别"))
        question_set = question_sets.newest(category.code)
        fields = SubmitForm(category=category, asked=question_set).fields
        asked = {question.key for question in question_set.questions if question.key not in COMMON_KEYS}
        answers = data.get("answers")
        if answers is not None and not isinstance(answers, dict):
            raise Refused("answers", _("这一项应是 JSON 对象"))
        rest = {name: value for name, value in data.items() if name not in {"category", "answers", "named_knowingly"}}
        inputs = plain_inputs(rest, {name: field for name, field in fields.items() if name not in asked})
        inputs |= plain_inputs(answers or {}, {name: field for name, field in fields.items() if name in asked})
        return SubmitForm(inputs, category=category)


class CaseView(ActorView):
    """One demand with its timeline, its clocks and what the reader may do."""

    @extend_schema(operation_id="cases_read", responses={200: shapes.CaseDetail, **ERRORS})
    def get(self, request: Request, public_id: UUID) -> Response:
        case = visible_case(self.actor, public_id)
        reading.note(case, self.actor, reading.Kind.API)
        return Response(detail(case, self.actor))


class ClockView(ActorView):
    """Why one clock is due when it is: the days counted, the pauses credited, the versions, and a replay."""

    @extend_schema(operation_id="cases_clock", responses={200: shapes.WhyShape, **ERRORS})
    def get(self, request: Request, public_id: UUID, name: str) -> Response:
        found = why(visible_case(self.actor, public_id), name, self.actor)
        if found is None:
            raise NotVisible(_("没有找到，或者您不能查看"))
        return Response(shapes.WhyShape(found, context={"now": self.actor.now}).data)


class DurationsView(ActorView):
    """Who had the demand for how long, to the second."""

    @extend_schema(operation_id="cases_durations", responses={200: shapes.StretchShape(many=True), **ERRORS})
    def get(self, request: Request, public_id: UUID) -> Response:
        stretches = held(visible_case(self.actor, public_id), self.actor)
        return Response(shapes.StretchShape(stretches, many=True).data)


class CaseMoveView(MoveView):
    """One move of a demand; one that takes two people is proposed."""

    model, moves, operations = Case, moves, "cases"
    shape, proposed = shapes.CaseDetail, ProposalShape

    @classmethod
    def form_of(cls, action: str) -> type[MoveForm]:
        return form_of(action)

    def find(self, public_id: UUID) -> Case:
        return visible_case(self.actor, public_id)

    def bound(self, subject: Case, inputs: dict[str, Any]) -> MoveForm:
        return form_of(self.action)(inputs, case=subject, actor=self.actor)

    def shown(self, pk: int) -> Any | None:
        after = queries.with_names(Case.objects.visible_to(self.actor)).filter(pk=pk).first()
        return None if after is None else detail(after, self.actor)

    def carry_out(self, subject: Case, form: MoveForm, seen: int | None) -> tuple[int, Any]:
        if specs(Case)[self.action].decided_by is None:
            return super().carry_out(subject, form, seen)
        inputs, why = proposed_inputs(form), form.cleaned_data[REASON]
        say = partial(in_one_line, self.action, inputs)
        asked = {"by": self.actor, "seen": seen, "inputs": inputs, "reason": why, "say": say}
        return 202, shape_of(propose(Case, subject.pk, self.action, **asked))


class HandlersView(ActorView):
    """The people a liaison may name as handler of this demand."""

    @extend_schema(operation_id="cases_handlers", responses={200: Named(many=True), **ERRORS})
    def get(self, request: Request, public_id: UUID) -> Response:
        case = visible_case(self.actor, public_id)
        if self.actor.role in ENTERPRISE_ROLES:
            raise NotVisible(_("没有找到，或者您不能查看"))
        found = queries.fresh_handlers(case, now=self.actor.now)
        return Response([{"id": str(m.public_id), "name": m.user.name} for m in found])


class CategoriesView(ActorView):
    """The categories and the questions each asks."""

    @extend_schema(operation_id="categories", responses={200: shapes.CategoryShape(many=True), **ERRORS})
    def get(self, request: Request) -> Response:
        categories = list(Category.objects.filter(active=True))
        sets = question_sets.in_force(categories)
        return Response(
            [
                {
                    "code": category.code,
                    "name": category.name,
                    "questions_version": sets[category.code].version,
                    "questions": [
                        {
                            "key": q.key,
                            "label": str(q.label),
                            "kind": q.kind,
                            "required": q.required,
                            "unit": str(q.unit),
                            "choices": [value for value, _label, _help in q.choices],
                        }
                        for q in sets[category.code].questions
                    ],
                }
                for category in categories
            ]
        )


class IntakeListView(ActorView):
    """Messages of other channels that wait for an enterprise; for intake officers of the office."""

    @extend_schema(operation_id="intake_list", parameters=[CURSOR], responses={200: shapes.IntakeList, **ERRORS})
    def get(self, request: Request) -> Response:
        return self.page(request, queries.unclaimed(self.actor).order_by("id"), shapes.IntakeRow)


class EnterprisesView(ActorView):
    """The enterprises an intake officer may attach to a message: at most twenty, by name or credit code."""

    @extend_schema(
        operation_id="enterprises",
        parameters=[OpenApiParameter("q", OpenApiTypes.STR, required=True, description="at least 2 characters")],
        responses={200: shapes.EnterpriseShape(many=True), **ERRORS},
    )
    def get(self, request: Request) -> Response:
        if self.actor.role != Role.INTAKE:
            raise NotYours(_("只有受理员可以登记外部渠道的诉求"))
        words = clean_text("q", request.query_params.get("q", ""))
        return Response(shapes.EnterpriseShape(queries.enterprises_like(words), many=True).data)


class ClaimView(ActorView):
    """Attach an enterprise to a message: it becomes a demand now."""

    @extend_schema(
        operation_id="intake_claim",
        parameters=[KEY],
        request=schema_of("ClaimInput", ClaimForm.base_fields),
        responses={201: shapes.CaseDetail, **ERRORS},
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        body = request._request.body
        data = request.data

        def do() -> tuple[int, Any]:
            item = IntakeItem.objects.visible_to(self.actor).filter(public_id=public_id).first()
            if item is None:
                raise NotVisible(_("没有找到，或者您不能查看"))
            form = ClaimForm(plain_inputs(data, ClaimForm.base_fields))
            if not form.is_valid():
                raise field_errors(form)
            case = moves.register_intake(item.pk, by=self.actor, **form.cleaned_data)
            return 201, detail(visible_case(self.actor, case.public_id), self.actor)

        return self.answer_once(request, body, do)


class MeView(ActorView):
    """Who is signed in, in which post, and which other posts they hold."""

    @extend_schema(operation_id="me", responses={200: shapes.Me, **ERRORS})
    def get(self, request: Request) -> Response:
        me = {"name": request.user.name, "post": self.actor.post, "posts": self.actor.posts}
        return Response(shapes.Me(me).data)
