"""Every request of a signed-in person has its actor, built when first asked for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from workflow.actor import Actor, Channel, actor_for

POST_KEY = "post"  # the membership a person with several posts picked, in the session


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a page request; the time is read here and nowhere below."""
    return actor_for(
        request.user.pk,
        now=timezone.now(),
        channel=Channel.WEB,
        request_id=request.request_id,
        membership_id=request.session.get(POST_KEY),
    )


class ActorMiddleware:
    """`request.actor` for signed-in people, and the interface language of their setting."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            request.actor = SimpleLazyObject(lambda: actor_of(request))
            if request.user.language:
                translation.activate(request.user.language)
                request.LANGUAGE_CODE = request.user.language
        return self.get_response(request)
