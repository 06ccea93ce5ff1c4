"""Every move of a subject as a POST of its own: the same form and the same move function as its page."""

from abc import ABC, abstractmethod
from types import ModuleType
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from workflow.api_inputs import field_errors, plain_inputs, schema_of, seen_of
from workflow.api_shapes import ERRORS, KEY
from workflow.api_view import ActorView
from workflow.door import admit
from workflow.specs import specs
from workflow.subject import Subject


class MoveView(ActorView, ABC):
    """One move of a subject. Each system derives its own from it, and `move_view` one a move from that, so that the
    schema has one operation a verb."""

    model: ClassVar[type[Subject]]
    moves: ClassVar[ModuleType]  # of the app: its functions by name
    operations: ClassVar[str]  # what the names of the operations begin with
    shape: ClassVar[type[serializers.Serializer[Any]]]  # of the subject after the move
    proposed: ClassVar[Any] = None  # the shape of a proposal, where moves take two people
    action: ClassVar[str] = ""

    @classmethod
    @abstractmethod
    def form_of(cls, action: str) -> type[forms.Form]:
        """The form of a move, whose fields are those of the body."""

    @abstractmethod
    def find(self, public_id: UUID) -> Subject:
        """The subject, when this actor may see it. Raises NotVisible."""

    @abstractmethod
    def bound(self, subject: Any, inputs: dict[str, Any]) -> forms.Form:
        """The form of this move, filled in."""

    @abstractmethod
    def shown(self, pk: int) -> Any | None:
        """The subject after the move as its reader may see it; None when they see it no longer."""

    def carry_out(self, subject: Any, form: Any, seen: int | None) -> tuple[int, Any]:
        """Status and body of the answer, once the move is made."""
        run = getattr(self.moves, specs(self.model)[self.action].run)
        run(subject.pk, by=self.actor, seen=seen, **form.cleaned_data)
        after = self.shown(subject.pk)
        return (204, None) if after is None else (200, after)

    def run(self, request: Request, public_id: UUID) -> HttpResponse:
        body, data = request._request.body, request.data

        def do() -> tuple[int, Any]:
            subject, seen = self.find(public_id), seen_of(data)
            admit(subject, self.action, by=self.actor, seen=seen)
            inputs = plain_inputs(data, json_fields(self.form_of(self.action)), also=frozenset({"seen"}))
            form = self.bound(subject, inputs)
            if not form.is_valid():
                raise field_errors(form)
            return self.carry_out(subject, form, seen)

        return self.answer_once(request, body, do)


def json_fields(form_class: type[forms.Form]) -> dict[str, forms.Field]:
    """The fields of a form that a JSON body can fill; files are sent to addresses of their own."""
    fields = cast("Any", form_class).base_fields
    return {name: field for name, field in fields.items() if not getattr(field, "takes_files", False)}


def move_view(base: type[MoveView], action: str) -> type[MoveView]:
    """The view of one move, with an operation of its own in the schema."""
    spec, fields = specs(base.model)[action], json_fields(base.form_of(action))
    name = action.title().replace("_", "")

    @extend_schema(
        operation_id=f"{base.operations}_{action}",
        description=str(spec.label),
        parameters=[KEY],
        request=schema_of(f"{name}Input", fields, seen=serializers.IntegerField(required=not spec.appends)),
        responses={**({202: base.proposed} if spec.decided_by else {200: base.shape, 204: None}), **ERRORS},
    )
    def post(self: MoveView, request: Request, public_id: UUID) -> HttpResponse:
        return self.run(request, public_id)

    return type(f"{name}View", (base,), {"action": action, "post": post})
