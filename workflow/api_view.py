"""The view that every address of the API derives from. Each system brings the addresses; what they share is here."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from foundation.idempotency import once
from foundation.keyset import keyset_page
from parties.models import User
from workflow.actor import Actor
from workflow.api import JSONBody
from workflow.authentication import actor_of_api
from workflow.throttling import WriteThrottle

PAGE = 50  # rows


@method_decorator(login_not_required, name="dispatch")
class ActorView(APIView):
    """A view that knows who acts, and answers a repeated POST with the first answer.

    It is exempt from the redirect to the sign-in page only: whoever brings neither token nor session gets 401.
    """

    parser_classes = (JSONBody,)
    throttle_classes = (WriteThrottle,)
    http_method_names = ["get", "head", "post"]
    actor: Actor

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        request.encoding = "utf-8"  # so is JSON, whatever charset the Content-Type names (RFC 8259), and our addresses
        return super().initialize_request(request, *args, **kwargs)

    def check_throttles(self, request: Request) -> None:
        """Comes after authentication and permission: by then there is an actor, who is counted."""
        self.actor = actor_of_api(request)
        super().check_throttles(request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if language := cast("User", request.user).language:
            translation.activate(language)

    def answer_once(self, request: Request, body: bytes, do: Callable[[], tuple[int, Any]]) -> HttpResponse:
        """The answer of `do` as (status, data), kept under the Idempotency-Key in the transaction of the move.

        The same key in another post of the same person is another request, and refused.
        """

        def rendered() -> tuple[int, str]:
            status, data = do()
            return status, "" if data is None else JSONRenderer().render(data).decode()

        post = self.actor.post.membership_id if self.actor.post else ""
        status, text, repeated = once(
            user_id=cast("User", request.user).pk,
            route=request.path,
            key=request.headers.get("Idempotency-Key", ""),
            body=f"{post}:".encode() + body,
            now=self.actor.now,
            do=rendered,
        )
        response = HttpResponse(text, status=status, content_type="application/json")
        if repeated:
            response["Idempotency-Replayed"] = "true"
        return response

    def page(self, request: Request, queryset: QuerySet[Any], shape: type[serializers.Serializer[Any]]) -> Response:
        """One cursor page of a queryset in its own order."""
        page = keyset_page(queryset, after=request.query_params.get("cursor", ""), size=PAGE)
        query = request.query_params.copy()
        query["cursor"] = page.next
        address = request.build_absolute_uri(f"{request.path}?{query.urlencode()}") if page.next else None
        return Response({"next": address, "results": shape(page.rows, many=True, context={"actor": self.actor}).data})


@extend_schema(exclude=True)
class NoSuchAddress(ActorView):
    """Whatever no other address of the API answers."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404
