"""Own posts and deputies through the API: read them, name a deputy for the post that asks, end one."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.errors import NotVisible, NotYours, Refused
from parties.deputies import LONGEST_REASON, end_deputy, name_deputy
from parties.models import Deputy, Membership, User
from parties.staff import colleagues
from workflow.actor import Actor, Channel, Post
from workflow.api_inputs import field_errors, plain_inputs, schema_of
from workflow.api_shapes import ERRORS, KEY
from workflow.api_view import ActorView
from workflow.views.deputies import deputies_of


class DeputyInputs(forms.Form):
    """What naming a deputy takes; the post is that of who asks."""

    deputy = forms.UUIDField(label=_("代理人"))
    valid_from = forms.DateField(label=_("开始日期"))
    valid_to = forms.DateField(label=_("结束日期"))
    reason = forms.CharField(label=_("事由"), max_length=LONGEST_REASON)


class OwnPost(serializers.Serializer[Post]):
    """One post in which this person can act now."""

    id = serializers.UUIDField(source="public_id")
    role = serializers.CharField()
    role_label = serializers.CharField(source="role.label")
    organisation = serializers.CharField(source="organisation_name")
    holder = serializers.CharField(help_text="the name of whose post it is; empty for one's own")


class OwnPosts(serializers.Serializer[Any]):
    results = OwnPost(many=True)


class DeputyShape(serializers.Serializer[Deputy]):
    """One person stands in for another in one post, both days included."""

    id = serializers.UUIDField(source="public_id")
    post = serializers.UUIDField(source="membership.public_id")
    role = serializers.CharField(source="membership.role")
    organisation = serializers.CharField(source="membership.organisation.name")
    holder = serializers.CharField(source="membership.user.name")
    principal = serializers.CharField(source="principal.name", help_text="who handed over")
    deputy = serializers.CharField(source="deputy.name")
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    reason = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)


class DeputyList(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True, help_text="address of the next page")
    results = DeputyShape(many=True)


class Colleague(serializers.Serializer[Membership]):
    """Somebody of the same organisation."""

    id = serializers.UUIDField(source="user.public_id")
    name = serializers.CharField(source="user.name")


class Colleagues(serializers.Serializer[Any]):
    results = Colleague(many=True)


NAME = schema_of("NameDeputy", DeputyInputs.base_fields)


def rows_of(actor: Actor) -> Any:
    """What concerns this person; a program has to do with its one post alone."""
    rows = deputies_of(actor)
    if actor.channel == Channel.API:
        rows = rows.filter(membership_id=actor.post.membership_id if actor.post else None)
    return rows


class PostsView(ActorView):
    """The posts of this person, their own first; a program sees its one."""

    @extend_schema(operation_id="posts_list", responses={200: OwnPosts, **ERRORS})
    def get(self, request: Request) -> Response:
        return Response({"results": OwnPost(cast("Any", self.actor.posts), many=True).data})


class DeputiesView(ActorView):
    """Who stands in for whom in this post; and another is named."""

    @extend_schema(
        operation_id="deputies_list",
        parameters=[OpenApiParameter("cursor", OpenApiTypes.STR, description="from `next` of the page before")],
        responses={200: DeputyList, **ERRORS},
    )
    def get(self, request: Request) -> Response:
        return self.page(request, rows_of(self.actor), DeputyShape)

    @extend_schema(operation_id="deputies_name", parameters=[KEY], request=NAME, responses={201: DeputyShape, **ERRORS})
    def post(self, request: Request) -> HttpResponse:
        body, data = request._request.body, request.data

        def do() -> tuple[int, Any]:
            form = DeputyInputs(plain_inputs(data, DeputyInputs.base_fields))
            if not form.is_valid():
                raise field_errors(form)
            if self.actor.post is None:
                raise NotYours(_("您现在没有生效的岗位"))
            given = dict(form.cleaned_data)
            person = User.objects.filter(public_id=given.pop("deputy"), is_active=True).first()
            if person is None:
                raise Refused("deputy", _("代理人须是同一单位的人，并且在这些日期里都在任"))
            post = Membership.objects.get(pk=self.actor.post.membership_id)
            row = name_deputy(post, by=self.actor, deputy=person, **given)
            return 201, DeputyShape(cast("Any", deputies_of(self.actor).get(pk=row.pk))).data

        return self.answer_once(request, body, do)


class EndDeputyView(ActorView):
    """The deputy acts no more."""

    @extend_schema(operation_id="deputies_end", parameters=[KEY], request=None, responses={200: DeputyShape, **ERRORS})
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        def do() -> tuple[int, Any]:
            row = rows_of(self.actor).filter(public_id=public_id).first()
            if row is None:
                raise NotVisible(_("没有找到，或者您不能查看"))
            end_deputy(row, by=self.actor)
            return 200, DeputyShape(rows_of(self.actor).get(pk=row.pk)).data

        return self.answer_once(request, request._request.body, do)


class ColleaguesView(ActorView):
    """Who could be named: the people of this organisation, by name."""

    @extend_schema(operation_id="deputies_candidates", responses={200: Colleagues, **ERRORS})
    def get(self, request: Request) -> Response:
        place = self.actor.organisation_id
        found = colleagues([place], self.actor, but=self.actor.user_id) if place else []
        once = list({post.user_id: post for post in found}.values())
        return Response({"results": Colleague(cast("Any", once), many=True).data})
